// The client of the bench. It is to cost less than any contender, since it has the same machine: connections are kept,
// and nothing is copied through web streams.
import { createParser } from 'eventsource-parser'
import { Agent, request } from 'node:http'
import { now } from './clock.js'

const agent = new Agent({ keepAlive: true, maxSockets: Infinity })

/**
 * @typedef {object} Step what one event says of the answer
 * @property {string} [token]
 * @property {boolean} [finished] whether the answer says that it is complete
 */

/**
 * Posts a body and reads its streamed answer to the end.
 * @param {string} url
 * @param {object} body
 * @param {object} options
 * @param {(data: any) => Step} options.read reads the data of an event; throws when it is an error
 * @param {AbortSignal} options.signal
 * @param {Record<string, string>} [options.headers]
 * @returns {Promise<import('./contenders/index.js').Answer>}
 * @throws Error when the answer is an error or breaks off
 */
export async function postStream(url, body, { read, signal, headers = {} }) {
  const text = JSON.stringify(body)
  const response = await send(url, text, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }, signal)
  response.setEncoding('utf8')
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${(await response.toArray()).join('')}`)
  /** @type {number | undefined} */
  let firstTokenAt
  let answer = ''
  let complete = false
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const { token, finished } = read(JSON.parse(data))
      if (token) firstTokenAt ??= now()
      answer += token ?? ''
      complete ||= finished ?? false
    },
  })
  for await (const chunk of response) parser.feed(chunk)
  if (!complete) throw new Error('the answer broke off before it was complete')
  if (firstTokenAt === undefined) throw new Error('the answer has no text')
  return { firstTokenAt, text: answer }
}

/**
 * Once more where a kept connection turns out to have been closed meanwhile: no server has seen the request.
 * @param {string} url
 * @param {string} text
 * @param {import('node:http').OutgoingHttpHeaders} headers
 * @param {AbortSignal} signal
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
async function send(url, text, headers, signal) {
  for (;;) {
    const outgoing = request(url, { method: 'POST', agent, headers, signal })
    try {
      return await new Promise((resolve, reject) => {
        outgoing.once('response', resolve)
        // Stays: an error after the response is the response's as well, but must not be nobody's here.
        outgoing.on('error', reject)
        outgoing.end(text)
      })
    } catch (error) {
      if (!(outgoing.reusedSocket && error.code === 'ECONNRESET')) throw error
    }
  }
}
