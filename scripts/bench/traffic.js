import { setTimeout as sleep } from 'node:timers/promises'
import { chat, TOKEN_DELAY } from './chat.js'
import { now } from './clock.js'
import * as bridgeAuto from './contenders/bridge-auto.js'
import * as bridgeRun from './contenders/bridge-run.js'
import * as bridgeServe from './contenders/bridge-serve.js'
import * as direct from './contenders/direct.js'
import { stopAll } from './processes.js'
import { requestId } from './request-id.js'
import { median } from './statistics.js'
import { timeChat } from './time-chat.js'
import { startUpstream } from './upstream.js'
import { startMeter } from './usage-meter.js'

/** An agent's loop: so many requests, each so many milliseconds after the answer before. */
const TURNS = 20
const PAUSE = 300

/** A script's burst on a daemon that has just become ready. */
const BURST = 40

const modules = [direct, bridgeRun, bridgeServe, bridgeAuto]

/** The names of those that can be measured. */
export const trafficNames = modules.map(({ name }) => name)

/**
 * Milliseconds to the first token; CPU seconds of all processes of the contender, per turn, what it does afterwards included.
 * @typedef {object} TrafficResult
 * @property {string} name
 * @property {string} title
 * @property {number} loopP50
 * @property {number} loopCpu
 * @property {number} burstLast from the first request to the last first token
 * @property {number} burstFailed
 */

/**
 * @param {{ binary: string, only?: string[], signal: AbortSignal, say: (message: string) => void }} options
 * @returns {Promise<TrafficResult[]>}
 */
export async function measureTraffic({ binary, only, signal, say }) {
  /** @type {TrafficResult[]} */
  const results = []
  for (const module of modules) {
    if (only !== undefined && module !== direct && !only.includes(module.name)) continue
    say(`traffic: ${module.title}; a burst of ${BURST}, then ${TURNS} turns with pauses of ${PAUSE} ms`)
    try {
      const upstream = await startUpstream(signal)
      await upstream.setPace(TOKEN_DELAY)
      const contender = await module.start({ upstreamUrl: upstream.url, binary, signal })
      // As soon as it is ready.
      await contender.settle()
      const burst = await measureBurst(contender, signal)
      await contender.settle()
      // What the burst has used is replaced at its cost, and not at the loop's.
      await contender.rest?.()
      const loop = await measureLoop(contender, upstream, signal)
      results.push({ name: module.name, title: module.title, ...loop, ...burst })
    } finally {
      await stopAll()
    }
  }
  return results
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {AbortSignal} signal
 */
async function measureBurst(contender, signal) {
  const sentAt = now()
  const outcomes = await Promise.allSettled(Array.from({ length: BURST }, () => contender.ask(chat(requestId()), signal)))
  const times = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.firstTokenAt - sentAt] : []))
  return { burstLast: Math.max(...times), burstFailed: BURST - times.length }
}

/**
 * @param {import('./contenders/index.js').Contender} contender
 * @param {import('./upstream.js').Upstream} upstream
 * @param {AbortSignal} signal
 */
async function measureLoop(contender, upstream, signal) {
  const stopMeter = await startMeter([upstream.pid])
  const times = []
  for (let turn = 0; turn < TURNS; turn++) {
    times.push(await timeChat(contender, signal))
    await sleep(PAUSE, undefined, { signal })
  }
  await contender.settle()
  // What is put off until it is quiet is part of the cost.
  await contender.rest?.()
  const { cpuSeconds } = await stopMeter()
  return { loopP50: median(times), loopCpu: cpuSeconds / TURNS }
}
