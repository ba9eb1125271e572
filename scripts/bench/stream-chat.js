import { readEvents } from '../../dist/cli/answer-stream.js'
import { now } from './clock.js'

/**
 * Streams a chat from an OpenAI-compatible server to its end.
 * @param {string} baseUrl with `/v1`
 * @param {object} body
 * @param {AbortSignal} signal
 * @returns {Promise<import('./contenders/index.js').Answer>}
 */
export async function streamChat(baseUrl, body, signal) {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream: true }),
    signal,
  })
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`)
  let firstTokenAt
  let text = ''
  for await (const token of readEvents(response.body)) {
    firstTokenAt ??= now()
    text += token
  }
  return { firstTokenAt, text }
}
