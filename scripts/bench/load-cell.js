import { ANSWER, chat, TOKEN_DELAY } from './chat.js'
import { now } from './clock.js'
import { requestId } from './request-id.js'
import { median, percentile } from './statistics.js'
import { startMeter } from './usage-meter.js'

const TURN_TIMEOUT = 120_000

/** From the first token to the last, at the upstream. */
const ANSWER_TIME = (ANSWER.length - 1) * TOKEN_DELAY

/**
 * One contender at one concurrency; the figures are of the requests that were answered, and null when none was.
 * @typedef {object} LoadCell
 * @property {number} concurrency
 * @property {number} requests
 * @property {number} failed
 * @property {string | undefined} failure why the first of these failed
 * @property {number | null} p50 milliseconds to the first token
 * @property {number | null} p95
 * @property {number | null} throughput requests per second
 * @property {boolean | null} streams false when the text arrives in one piece
 * @property {number | null} cpuSeconds per request, of all processes of the contender
 * @property {number} peakMemory bytes, of all processes of the contender
 * @property {number} upstreamCalls per request
 *
 * What was measured at a stretch.
 * @typedef {object} Turn
 * @property {Array<{ firstToken: number, rest: number } | { failure: string }>} outcomes
 * @property {number} seconds
 * @property {number} cpuSeconds
 * @property {number} peakMemory
 * @property {number} calls
 */

/** Asks what is not measured. */
export async function warmUp(contender, { count, concurrency }, signal) {
  await askMany(contender, count, concurrency, AbortSignal.any([signal, AbortSignal.timeout(TURN_TIMEOUT)]))
  await contender.settle()
}

/**
 * Keeps `concurrency` requests under way until `count` are answered.
 * @param {object} options
 * @param {import('./contenders/index.js').Contender} options.contender
 * @param {Array<number | undefined>} options.others processes that are there and not the contender's
 * @param {Awaited<ReturnType<typeof import('./upstream.js').startUpstream>>} options.upstream
 * @param {number} options.concurrency
 * @param {number} options.count
 * @param {AbortSignal} options.signal
 * @returns {Promise<Turn>}
 */
export async function measureTurn({ contender, others, upstream, concurrency, count, signal }) {
  const turnSignal = AbortSignal.any([signal, AbortSignal.timeout(TURN_TIMEOUT)])
  await upstream.takeCalls()
  const stopMeter = await startMeter([upstream.pid, ...others])
  const startedAt = now()
  const outcomes = await askMany(contender, count, concurrency, turnSignal)
  const seconds = (now() - startedAt) / 1000
  // What is done after an answer, such as the start of the next process, is part of its cost.
  await contender.settle()
  const usage = await stopMeter()
  signal.throwIfAborted()
  const calls = await upstream.takeCalls()
  return { outcomes, seconds, ...usage, calls: calls.length }
}

/**
 * @param {number} concurrency
 * @param {Turn[]} turns
 * @returns {LoadCell}
 */
export function summarize(concurrency, turns) {
  const outcomes = turns.flatMap((turn) => turn.outcomes)
  const total = (pick) => turns.reduce((sum, turn) => sum + pick(turn), 0)
  const answered = outcomes.filter(({ failure }) => failure === undefined)
  const firstTokens = answered.map(({ firstToken }) => firstToken)
  const some = answered.length > 0
  return {
    concurrency,
    requests: outcomes.length,
    failed: outcomes.length - answered.length,
    failure: outcomes.find(({ failure }) => failure !== undefined)?.failure,
    p50: some ? median(firstTokens) : null,
    p95: some ? percentile(firstTokens, 0.95) : null,
    throughput: some ? answered.length / total(({ seconds }) => seconds) : null,
    streams: some ? median(answered.map(({ rest }) => rest)) > ANSWER_TIME / 2 : null,
    cpuSeconds: some ? total(({ cpuSeconds }) => cpuSeconds) / answered.length : null,
    peakMemory: Math.max(...turns.map(({ peakMemory }) => peakMemory)),
    upstreamCalls: total(({ calls }) => calls) / outcomes.length,
  }
}

async function askMany(contender, count, concurrency, signal) {
  const outcomes = []
  let left = count
  const client = async () => {
    while (left-- > 0) outcomes.push(await ask(contender, signal))
  }
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, client))
  return outcomes
}

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
