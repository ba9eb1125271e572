import { ANSWER, chat } from './chat.js'
import { now } from './clock.js'
import { requestId } from './request-id.js'

/**
 * Asks once.
 * @param {import('./contenders/index.js').Contender} contender
 * @param {AbortSignal} signal
 * @returns {Promise<number>} milliseconds to the first token
 * @throws Error for another answer than the upstream's
 */
export async function timeChat(contender, signal) {
  const sentAt = now()
  const { firstTokenAt, text } = await contender.ask(chat(requestId()), signal)
  if (text !== ANSWER.join('')) throw new Error(`a wrong answer: ${JSON.stringify(text)}`)
  return firstTokenAt - sentAt
}
