import { postStream } from './post-stream.js'

/**
 * Streams a chat from an OpenAI-compatible server to its end.
 * @param {string} baseUrl with `/v1`
 * @param {object} body
 * @param {AbortSignal} signal
 * @returns {Promise<import('./contenders/index.js').Answer>}
 */
export function streamChat(baseUrl, body, signal) {
  return postStream(`${baseUrl}/chat/completions`, { ...body, stream: true }, { read, signal })
}

/** @param {any} data of an event */
function read({ error, choices }) {
  if (error) throw new Error(error.message ?? 'the request failed')
  const choice = choices?.[0]
  return { token: choice?.delta?.content, finished: Boolean(choice?.finish_reason) }
}
