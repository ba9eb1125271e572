import { UPSTREAM_MODEL } from '../chat.js'
import { streamChat } from '../stream-chat.js'

export const name = 'direct'
export const title = 'upstream directly'

/** @type {import('./index.js').ContenderModule['start']} */
export async function start({ upstreamUrl }) {
  return {
    ask: (messages, signal) => streamChat(upstreamUrl, { model: UPSTREAM_MODEL, messages }, signal),
    settle: async () => {},
  }
}
