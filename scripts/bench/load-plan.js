import * as bridgeRun from './contenders/bridge-run.js'
import * as bridgeServe from './contenders/bridge-serve.js'
import * as direct from './contenders/direct.js'
import * as peer from './contenders/peer.js'
import * as plainRun from './contenders/plain-run.js'

/** What starts a process for each request takes seconds of CPU time for it. */
const COLD_REQUESTS = 8

/** A resident program runs its code slowly at first; so many requests go before those that are measured. */
const WARM_UP = { count: 64, concurrency: 16 }

/** So many by each client in a turn, or the first and the last ones, which have less company, would weigh too much. */
const ROUNDS = 3

/** Resident programs are measured twice, in one order and in the other: the machine is not the same for long. */
const TURNS = 2

/**
 * Contenders that are there at the same time and asked in turns; those of another group are not there.
 * @typedef {object} LoadGroup
 * @property {import('./contenders/index.js').ContenderModule[]} contenders
 * @property {number[]} levels how many requests at a time; the contenders are new for each
 * @property {boolean} [cold] they start a process for each request
 */

/** @type {LoadGroup[]} */
export const loadGroups = [
  { contenders: [direct], levels: [1, 4, 16] },
  { contenders: [plainRun], levels: [1, 4], cold: true },
  { contenders: [bridgeRun], levels: [1, 4, 16], cold: true },
  { contenders: [bridgeServe, peer], levels: [1, 4, 16] },
]

/**
 * How a contender of a group is measured at a level.
 * @param {LoadGroup} group
 * @param {number} concurrency
 * @param {number} requests that a resident contender is to be given at least
 * @returns {{ warmUp: { count: number, concurrency: number }, turns: number, perTurn: number }}
 */
export function planLevel({ cold }, concurrency, requests) {
  if (cold) return { warmUp: { count: 1, concurrency: 1 }, turns: 1, perTurn: Math.max(Math.min(requests, COLD_REQUESTS), concurrency) }
  return { warmUp: WARM_UP, turns: TURNS, perTurn: Math.max(Math.ceil(requests / TURNS), ROUNDS * concurrency) }
}
