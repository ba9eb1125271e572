import { postStream } from './post-stream.js'

/** The format demands one. */
const MAX_TOKENS = 1024

/**
 * Streams a chat from a server that speaks Anthropic's Messages to its end.
 * @param {string} baseUrl with `/v1`
 * @param {string} model
 * @param {Array<{ role: string, content: string }>} chat as for an OpenAI-compatible server
 * @param {AbortSignal} signal
 * @returns {Promise<import('./contenders/index.js').Answer>}
 */
export function streamMessages(baseUrl, model, chat, signal) {
  const system = chat
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n\n')
  const body = { model, max_tokens: MAX_TOKENS, stream: true, system, messages: chat.filter(({ role }) => role !== 'system') }
  return postStream(`${baseUrl}/messages`, body, { read, signal, headers: { 'anthropic-version': '2023-06-01' } })
}

/** @param {any} data of an event */
function read({ type, delta, error }) {
  if (type === 'error') throw new Error(error?.message ?? 'the request failed')
  return { token: type === 'content_block_delta' ? delta.text : undefined, finished: type === 'message_stop' }
}
