import * as bridgeRun from './contenders/bridge-run.js'
import * as bridgeServe from './contenders/bridge-serve.js'
import * as direct from './contenders/direct.js'
import * as peer from './contenders/peer.js'
import * as plainRun from './contenders/plain-run.js'

/** What starts a process for each request takes seconds of CPU time for it. */
const COLD_REQUESTS = 8

/** A resident program runs its code slowly at first; so many requests go before those that are measured. */
const WARM_UP_REQUESTS = 16
/** And so many by each client, or the first and the last ones, which have less company, would weigh too much. */
const ROUNDS = 3

/**
 * @typedef {object} LoadPlan
 * @property {import('./contenders/index.js').ContenderModule} contender
 * @property {number[]} levels how many requests at a time
 * @property {boolean} [cold] starts a process for each request
 */

/** @type {LoadPlan[]} */
export const loadPlans = [
  { contender: direct, levels: [1, 4, 16] },
  { contender: plainRun, levels: [1, 4], cold: true },
  { contender: bridgeRun, levels: [1, 4, 16], cold: true },
  { contender: bridgeServe, levels: [1, 4, 16] },
  { contender: peer, levels: [1, 4, 16] },
]

/** How many requests are measured, and how many go before these. */
export function countRequests({ cold }, concurrency, requests) {
  if (cold) return { measured: Math.max(Math.min(requests, COLD_REQUESTS), concurrency), before: 1 }
  return { measured: Math.max(requests, ROUNDS * concurrency), before: Math.max(WARM_UP_REQUESTS, ROUNDS * concurrency) }
}
