import { TOKEN_DELAY } from './chat.js'
import * as baseline from './contenders/baseline.js'
import * as bridgeAuto from './contenders/bridge-auto.js'
import * as bridgeRun from './contenders/bridge-run.js'
import * as bridgeServe from './contenders/bridge-serve.js'
import * as claudeCodeRouter from './contenders/claude-code-router.js'
import * as direct from './contenders/direct.js'
import * as opencodex from './contenders/opencodex.js'
import * as peer from './contenders/peer.js'
import * as plainRun from './contenders/plain-run.js'

/** What starts a process for each request takes seconds of CPU time for it. */
const COLD_REQUESTS = 8

/**
 * A resident program runs its code slowly at first: so many requests go before those that are measured, for so many seconds.
 * Most contenders are two programs, of two engines that compile what has run some thousand times; one lives for days.
 */
const WARM_UP = { count: 64, seconds: 5, concurrency: 16 }

/** So many by each client in a turn, or the first and the last ones, which have less company, would weigh too much. */
const ROUNDS = 3

/** A fast program is asked for so many seconds in a turn, however many requests that makes. */
const SECONDS = 3

/** Resident programs are measured twice at least, in one order and in the other: the machine is not the same for long. */
const TURNS = 2

/**
 * @typedef {object} Level
 * @property {number} concurrency how many requests at a time
 * @property {number} tokenDelay of the upstream, from one token to the next, in milliseconds
 *
 * Contenders that are there at the same time and asked in turns; those of another group are not there.
 * @typedef {object} LoadGroup
 * @property {import('./contenders/index.js').ContenderModule[]} contenders
 * @property {Level[]} levels the contenders are new for each
 * @property {boolean} [cold] they start a process for each request
 * @property {number} [turns] of each, of those that are resident
 */

/** @param {number} concurrency */
export const paced = (concurrency) => ({ concurrency, tokenDelay: TOKEN_DELAY })

/**
 * Without a pause: 16 answers of 20 tokens 10 ms apart make 80 requests per second at the most, so that a faster program
 * could not show it.
 * @param {number} concurrency
 */
export const unpaced = (concurrency) => ({ concurrency, tokenDelay: 0 })

/** @type {LoadGroup[]} */
const groups = [
  { contenders: [plainRun], levels: [paced(1), paced(4)], cold: true },
  { contenders: [bridgeRun], levels: [paced(1), paced(4), paced(16)], cold: true },
  // Paced at last: each token then comes by itself, which costs more CPU time than tokens that arrive together.
  {
    contenders: [direct, bridgeServe, bridgeAuto, ...(baseline.given ? [baseline] : []), peer, opencodex, claudeCodeRouter],
    levels: [unpaced(1), unpaced(4), unpaced(16), paced(16)],
  },
]

/** The names of all contenders under load. */
export const loadNames = groups.flatMap(({ contenders }) => contenders.map(({ name }) => name))

/**
 * @param {string[] | undefined} only names of contenders; the upstream itself is always there to compare with
 * @returns {LoadGroup[]}
 */
export function planGroups(only) {
  /** @param {import('./contenders/index.js').ContenderModule} module */
  const wanted = ({ name }) => only === undefined || name === direct.name || only.includes(name)
  return groups.map((group) => ({ ...group, contenders: group.contenders.filter(wanted) })).filter(({ contenders }) => contenders.length > 0)
}

/**
 * How a contender of a group is measured at a level: until it has answered at least `perTurn` requests and has been asked
 * for at least `seconds`.
 * @param {LoadGroup} group
 * @param {number} concurrency
 * @param {number} requests that a resident contender is to be given at least
 * @returns {{ warmUp: { count: number, seconds: number, concurrency: number }, turns: number, perTurn: number, seconds: number }}
 */
export function planLevel({ cold, turns = TURNS }, concurrency, requests) {
  if (cold) {
    return { warmUp: { count: 1, seconds: 0, concurrency: 1 }, turns: 1, perTurn: Math.max(Math.min(requests, COLD_REQUESTS), concurrency), seconds: 0 }
  }
  return { warmUp: WARM_UP, turns, perTurn: Math.max(Math.ceil(requests / turns), ROUNDS * concurrency), seconds: SECONDS }
}
