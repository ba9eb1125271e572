import { setMaxListeners } from 'node:events'
import { ANSWER, chat } from './chat.js'
import { now } from './clock.js'
import { requestId } from './request-id.js'
import { median, percentile } from './statistics.js'
import { startMeter } from './usage-meter.js'

const TURN_TIMEOUT = 120_000

/**
 * One contender at one level; the figures are of the requests that were answered, and null when none was.
 * @typedef {object} LoadCell
 * @property {number} concurrency
 * @property {number} tokenDelay of the upstream, milliseconds
 * @property {number} requests
 * @property {number} failed
 * @property {string | undefined} failure why the first of these failed
 * @property {number | null} p50 milliseconds to the first token
 * @property {number | null} p95
 * @property {number | null} throughput requests per second
 * @property {boolean | null} streams false when the text arrives in one piece; null as well where nothing tells it
 * @property {number | null} cpuSeconds per request, of all processes of the contender
 * @property {number} peakMemory bytes, of all processes of the contender
 * @property {number} upstreamCalls per request
 *
 * One request: milliseconds to the first token and from there to the last, or why there were none.
 * @typedef {{ firstToken: number, rest: number, failure?: undefined }} Success
 * @typedef {Success | { failure: string }} Outcome
 *
 * What was measured at a stretch.
 * @typedef {object} Turn
 * @property {Outcome[]} outcomes
 * @property {number} seconds
 * @property {number} cpuSeconds
 * @property {number} peakMemory
 * @property {number} calls
 */

/**
 * Asks what is not measured.
 * @param {import('./contenders/index.js').Contender} contender
 * @param {{ count: number, seconds: number, concurrency: number }} plan
 * @param {AbortSignal} signal
 */
export async function warmUp(contender, { count, seconds, concurrency }, signal) {
  await askMany(contender, { count, seconds, concurrency: Math.min(count, concurrency) }, limited(signal))
  await contender.settle()
}

/**
 * Keeps `concurrency` requests under way until `count` are answered and `seconds` have gone.
 * @param {object} options
 * @param {import('./contenders/index.js').Contender} options.contender
 * @param {Array<number | undefined>} options.others processes that are there and not the contender's
 * @param {import('./upstream.js').Upstream} options.upstream
 * @param {number} options.concurrency
 * @param {number} options.count
 * @param {number} options.seconds
 * @param {AbortSignal} options.signal
 * @returns {Promise<Turn>}
 */
export async function measureTurn({ contender, others, upstream, concurrency, count, seconds, signal }) {
  await upstream.takeCalls()
  const stopMeter = await startMeter([upstream.pid, ...others])
  const startedAt = now()
  const outcomes = await askMany(contender, { count, seconds, concurrency }, limited(signal))
  const taken = (now() - startedAt) / 1000
  // What is done after an answer, such as the start of the next process, is part of its cost.
  await contender.settle()
  const usage = await stopMeter()
  signal.throwIfAborted()
  const calls = await upstream.takeCalls()
  return { outcomes, seconds: taken, ...usage, calls: calls.length }
}

/**
 * @param {import('./load-plan.js').Level} level
 * @param {Turn[]} turns
 * @returns {LoadCell}
 */
export function summarize({ concurrency, tokenDelay }, turns) {
  const outcomes = turns.flatMap((turn) => turn.outcomes)
  /** @param {(turn: Turn) => number} pick */
  const total = (pick) => turns.reduce((sum, turn) => sum + pick(turn), 0)
  const answered = outcomes.filter((outcome) => outcome.failure === undefined)
  const firstTokens = answered.map(({ firstToken }) => firstToken)
  const some = answered.length > 0
  /** From the first token to the last, at the upstream. */
  const answerTime = (ANSWER.length - 1) * tokenDelay
  return {
    concurrency,
    tokenDelay,
    requests: outcomes.length,
    failed: outcomes.length - answered.length,
    failure: outcomes.find(({ failure }) => failure !== undefined)?.failure,
    p50: some ? median(firstTokens) : null,
    p95: some ? percentile(firstTokens, 0.95) : null,
    throughput: some ? answered.length / total(({ seconds }) => seconds) : null,
    streams: some && answerTime > 0 ? median(answered.map(({ rest }) => rest)) > answerTime / 2 : null,
    cpuSeconds: some ? total(({ cpuSeconds }) => cpuSeconds) / answered.length : null,
    peakMemory: Math.max(...turns.map(({ peakMemory }) => peakMemory)),
    upstreamCalls: total(({ calls }) => calls) / outcomes.length,
  }
}

/** @param {AbortSignal} signal */
function limited(signal) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TURN_TIMEOUT)])
  // Every request under way listens to it, which are more than Node takes for no leak.
  setMaxListeners(0, limit)
  return limit
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {{ count: number, seconds: number, concurrency: number }} plan
 * @param {AbortSignal} signal
 */
async function askMany(contender, { count, seconds, concurrency }, signal) {
  /** @type {Outcome[]} */
  const outcomes = []
  const deadline = now() + seconds * 1000
  let sent = 0
  const client = async () => {
    while (!signal.aborted && (sent < count || now() < deadline)) {
      sent += 1
      outcomes.push(await ask(contender, signal))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  return outcomes
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 */
async function ask(contender, signal) {
  const sentAt = now()
  try {
    const { firstTokenAt, text } = await contender.ask(chat(requestId()), signal)
    if (text !== ANSWER.join('')) throw new Error(`a wrong answer: ${JSON.stringify(text)}`)
    return { firstToken: firstTokenAt - sentAt, rest: now() - firstTokenAt }
  } catch (error) {
    return { failure: error.message }
  }
}
