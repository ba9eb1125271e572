import { parseArgs } from 'node:util'
import { contenders } from './contenders/index.js'
import { extraNames } from './extras.js'
import { loadNames } from './load-plan.js'
import { quietNames } from './quiet.js'
import { trafficNames } from './traffic.js'

const PARTS = ['first-token', 'load', 'traffic', 'quiet', 'extras']
const NAMES = [...new Set([...contenders.map(({ name }) => name), ...loadNames, ...trafficNames, ...quietNames, ...extraNames])]
const ROUNDS = '20'
const REQUESTS = '32'

/**
 * `--n` is the rounds of the first token; under load, a resident contender's requests at least, where `--requests` does
 * not say.
 * @param {string[]} args
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      part: { type: 'string', default: 'all' },
      n: { type: 'string' },
      requests: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const { part, json, n = ROUNDS, requests = values.n ?? REQUESTS } = values
  if (part !== 'all' && !PARTS.includes(part)) throw new Error(`--part ${part}: must be ${PARTS.join(', ')} or all`)
  return {
    parts: part === 'all' ? PARTS : [part],
    n: parseCount('n', n, 'rounds'),
    requests: parseCount('requests', requests, 'requests'),
    only: values.only === undefined ? undefined : parseNames(values.only),
    json,
  }
}

/** @param {string} text */
function parseNames(text) {
  const names = text.split(',')
  const unknown = names.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw new Error(`--only ${unknown}: must be of ${NAMES.join(', ')}, with commas between`)
  return names
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} what
 */
function parseCount(name, value, what) {
  const count = Number(value)
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`--${name} ${value}: must be a whole number of ${what}, at least 1`)
  return count
}
