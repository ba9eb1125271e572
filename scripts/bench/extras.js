import * as bridgeNoLedger from './contenders/bridge-no-ledger.js'
import * as bridgeServe from './contenders/bridge-serve.js'
import * as bridgeWatched from './contenders/bridge-watched.js'
import * as direct from './contenders/direct.js'
import { paced, unpaced } from './load-plan.js'

/**
 * What the bridge does beside answering, as a group of contenders for `measureLoad`: with its ledger and without, with nobody
 * and with many looking at it.
 * @type {import('./load-plan.js').LoadGroup}
 */
const group = {
  contenders: [direct, bridgeServe, bridgeNoLedger, bridgeWatched],
  levels: [unpaced(1), paced(4)],
  turns: 6,
}

export const extraNames = group.contenders.map(({ name }) => name)

/**
 * @param {string[] | undefined} only names of contenders
 * @returns {import('./load-plan.js').LoadGroup[]} none where none of them is wanted
 */
export function planExtras(only) {
  const contenders = group.contenders.filter(({ name }) => only === undefined || only.includes(name))
  return contenders.length > 0 ? [{ ...group, contenders }] : []
}
