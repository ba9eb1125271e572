import { parseArgs } from 'node:util'

/** @param {string[]} args */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: { n: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } } })
  const n = Number(values.n)
  if (!Number.isSafeInteger(n) || n < 1) throw new Error(`--n ${values.n}: must be a whole number of rounds, at least 1`)
  return { n, json: values.json }
}
