import { parseArgs } from 'node:util'

const PARTS = ['first-token', 'load']

/** @param {string[]} args */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      part: { type: 'string', default: 'all' },
      n: { type: 'string', default: '20' },
      requests: { type: 'string', default: '32' },
      json: { type: 'boolean', default: false },
    },
  })
  const { part, json } = values
  if (part !== 'all' && !PARTS.includes(part)) throw new Error(`--part ${part}: must be ${PARTS.join(', ')} or all`)
  return {
    parts: part === 'all' ? PARTS : [part],
    n: parseCount('n', values.n, 'rounds'),
    requests: parseCount('requests', values.requests, 'requests'),
    json,
  }
}

function parseCount(name, value, what) {
  const count = Number(value)
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`--${name} ${value}: must be a whole number of ${what}, at least 1`)
  return count
}
