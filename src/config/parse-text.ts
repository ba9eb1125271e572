import { allowed } from './allowed.ts'
import { ConfigError } from './error.ts'
import { type ConfigKey, fieldsAt } from './fields.ts'
import { showValue } from './show-value.ts'

/**
 * Reads the text of a variable or a flag as what its setting wants: a number, a switch, a comma-separated list, JSON.
 * Only the form is checked here; whether the value is in range is the schema's business.
 */
export function parseText(key: ConfigKey, text: string, source: string): unknown {
  const fields = fieldsAt([key])
  const reject = (reason: string) => new ConfigError({ key, source, reason: `${showValue([key], text)} ${reason}`, allowed: allowed(fields) })

  const types = new Set(fields.map(({ type }) => type))
  // Where a text would do as well, only what looks like an object is one.
  if (types.has('object') && (!types.has('string') || text.trimStart().startsWith('{'))) {
    try {
      return JSON.parse(text)
    } catch {
      throw reject('is not JSON')
    }
  }
  if (types.has('integer') || types.has('number')) {
    // Number() reads '' as 0 and '0x10' as 16; neither is what anyone meant.
    if (!/^-?\d+(\.\d+)?$/.test(text.trim())) throw reject('is not a number')
    return Number(text)
  }
  if (types.has('boolean')) {
    const word = text.trim().toLowerCase()
    if (word === 'true' || word === '1') return true
    if (word === 'false' || word === '0') return false
    throw reject('is neither true nor false')
  }
  if (!types.has('array')) return text
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
