import { type Field, withChoices } from './fields.ts'
import { MAX_DURATION, type Unit } from './setting.ts'
import { showQuantity } from './show-quantity.ts'

/** What a setting, or a part of one, may be, for people. */
export function allowed(fields: readonly Field[]): string {
  return [...new Set(fields.map(describe).filter((text) => text !== undefined))].join(', or ')
}

function describe(field: Field): string | undefined {
  if (field.const !== undefined) return String(field.const)
  switch (field.type) {
    case 'integer':
    case 'number':
      return numbers(field)
    case 'boolean':
      return 'true or false'
    case 'array': {
      const minLength = field.items?.minLength ?? 0
      return minLength > 1 ? `a list of texts of at least ${minLength} characters each` : 'a list of texts'
    }
    case 'object':
      return object(field)
    case 'string':
      return field.enum ? `one of ${field.enum.join(', ')}` : text(field)
    // A choice: its forms are described.
    case undefined:
      return undefined
  }
}

function object({ properties, additionalProperties }: Field): string {
  if (properties !== undefined) return `a block of ${Object.keys(properties).join(', ')}`
  return additionalProperties ? `an object that gives each name ${allowed(withChoices(additionalProperties))}` : 'an object'
}

function text({ minLength = 0 }: Field): string {
  return minLength > 1 ? `a text of at least ${minLength} characters` : 'a text that is not empty'
}

const nouns: Record<Unit, string> = { milliseconds: 'a whole number of milliseconds', bytes: 'a whole number of bytes' }

function numbers({ type, unit, minimum, exclusiveMinimum, maximum }: Field): string {
  const noun = unit ? nouns[unit] : type === 'integer' ? 'a whole number' : 'a number'
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1)
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return low === undefined ? noun : `${noun} >= ${low}`
  const most = unit ? `${maximum} (${showQuantity(maximum, unit)}${maximum === MAX_DURATION ? ', the longest time that a timer can run' : ''})` : maximum
  return `${noun} from ${low ?? 0} to ${most}`
}
