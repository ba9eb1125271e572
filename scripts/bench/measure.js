import { isDeepStrictEqual } from 'node:util'
import { ANSWER, chat } from './chat.js'
import { now } from './clock.js'
import { requestId } from './request-id.js'

const REQUEST_TIMEOUT = 60_000

/**
 * Milliseconds of one request.
 * @typedef {object} Sample
 * @property {number} firstToken from sending to the first token
 * @property {number} reached from sending to the arrival at the upstream
 *
 * What one chat came to at the upstream.
 * @typedef {object} Traffic
 * @property {number} calls
 * @property {number} bodyBytes of all calls
 * @property {number} addedBytes beyond the messages as the client wrote them
 * @property {boolean} unchanged whether a call had the messages as sent: same roles, order and text
 *
 * @typedef {object} Runner
 * @property {string} name
 * @property {string} title
 * @property {import('./contenders/index.js').Contender} contender
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {Sample[]} samples
 * @property {Traffic} traffic
 */

/**
 * Asks the contenders in turn, `n` rounds long, so that a busy moment of the machine does not hit one alone.
 * The round before these warms caches up; from it come the figures of one identical chat.
 * @param {object} options
 * @param {Runner[]} options.runners
 * @param {Awaited<ReturnType<typeof import('./upstream.js').startUpstream>>} options.upstream
 * @param {number} options.n
 * @param {AbortSignal} options.signal
 * @param {(round: number, samples: Sample[]) => void} options.onRound
 * @returns {Promise<Result[]>}
 */
export async function measure({ runners, upstream, n, signal, onRound }) {
  const sameId = requestId()
  /** @type {Result[]} */
  const results = []
  for (const { name, title, contender } of runners) {
    const { messages, calls } = await ask({ title, contender }, sameId, upstream, signal)
    results.push({ name, title, samples: [], traffic: countTraffic(messages, calls) })
  }
  for (let round = 1; round <= n; round++) {
    /** @type {Sample[]} */
    const samples = []
    for (const runner of runners) samples.push((await ask(runner, requestId(), upstream, signal)).sample)
    samples.forEach((sample, index) => results[index]?.samples.push(sample))
    onRound(round, samples)
  }
  return results
}

/**
 * @param {Pick<Runner, 'title' | 'contender'>} runner
 * @param {string} id
 * @param {import('./upstream.js').Upstream} upstream
 * @param {AbortSignal} signal
 */
async function ask({ title, contender }, id, upstream, signal) {
  const messages = chat(id)
  try {
    await contender.settle()
    const sentAt = now()
    const { firstTokenAt, text } = await contender.ask(messages, AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT)]))
    // The next contender shall not be measured beside this one's work.
    await contender.settle()
    if (text !== ANSWER.join('')) throw new Error(`a wrong answer: ${JSON.stringify(text)}`)
    const calls = (await upstream.takeCalls()).filter((call) => call.text.includes(id))
    const reachedAt = Math.min(...calls.map(({ arrivedAt }) => arrivedAt))
    return { messages, calls, sample: { firstToken: firstTokenAt - sentAt, reached: reachedAt - sentAt } }
  } catch (error) {
    throw new Error(`${title}: ${error.message}`, { cause: error })
  }
}

/**
 * @returns {Traffic}
 * @param {import('./chat.js').ChatMessage[]} messages
 * @param {import('./upstream.js').UpstreamCall[]} calls
 */
function countTraffic(messages, calls) {
  const bodyBytes = calls.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  return {
    calls: calls.length,
    bodyBytes,
    addedBytes: bodyBytes - Buffer.byteLength(JSON.stringify(messages)),
    unchanged: calls.some(({ text }) => isDeepStrictEqual(JSON.parse(text).messages, messages)),
  }
}
