import { z } from 'zod'
import { configSchema, type Config } from './schema.ts'

export type ConfigKey = keyof Config

interface Field {
  type: 'string' | 'integer' | 'boolean' | 'array' | 'object'
  description?: string
  enum?: string[]
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  items?: { minLength?: number }
}

// As JSON Schema, because it states limits and defaults plainly, where zod's own classes hide them.
const fields = z.toJSONSchema(configSchema, { io: 'input' }).properties as unknown as Record<ConfigKey, Field>

/** Every setting, in the order of the schema. */
export const configKeys = Object.keys(fields) as ConfigKey[]

export function isConfigKey(name: string): name is ConfigKey {
  return Object.hasOwn(fields, name)
}

export function typeOf(key: ConfigKey): Field['type'] {
  return fields[key].type
}

/** What a setting may be, for people. */
export function allowedFor(key: ConfigKey): string {
  const field = fields[key]
  switch (field.type) {
    case 'integer':
      return allowedNumbers(field)
    case 'boolean':
      return 'true or false'
    case 'array': {
      const minLength = field.items?.minLength ?? 0
      return minLength > 1 ? `a list of texts of at least ${minLength} characters each` : 'a list of texts'
    }
    case 'object':
      return 'an object that gives each name a text or a list of texts'
    case 'string':
      return field.enum ? `one of ${field.enum.join(', ')}` : 'a text that is not empty'
  }
}

function allowedNumbers({ description, minimum, exclusiveMinimum, maximum }: Field): string {
  const low = minimum ?? (exclusiveMinimum ?? 0) + 1
  const noun = description === 'milliseconds' ? 'a whole number of milliseconds' : 'a whole number'
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? `${noun} >= ${low}` : `${noun} from ${low} to ${maximum}`
}
