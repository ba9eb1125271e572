import type { z } from 'zod'
import { ConfigError } from './error.ts'
import { allowedFor, type ConfigKey } from './fields.ts'
import type { Layer } from './layer.ts'
import { configSchema, type Config } from './schema.ts'
import { showValue } from './show-value.ts'

/** Applies the schema and its defaults; the first problem becomes a `ConfigError`. */
export function validate(layer: Layer, sources: Record<ConfigKey, string>): Config {
  const values = Object.fromEntries(Object.entries(layer).map(([key, { value }]) => [key, value]))
  const result = configSchema.safeParse(values)
  if (result.success) return result.data

  const issue = result.error.issues[0]!
  const [key, ...inner] = issue.path as [ConfigKey, ...PropertyKey[]]
  const value = inner.reduce<unknown>((object, name) => (object as Record<PropertyKey, unknown>)[name], values[key])
  throw new ConfigError({
    key: [key, ...inner].map(String).join('.'),
    source: sources[key],
    reason: `${showValue(key, value)} ${describe(issue)}`,
    allowed: allowedFor(key),
  })
}

const articles: Record<string, string> = { int: 'a whole number', array: 'a list', record: 'an object', object: 'an object', string: 'a text' }

function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is not ${articles[issue.expected] ?? `a ${issue.expected}`}`
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'is too short' : 'is too small'
    case 'too_big':
      return 'is too large'
    default:
      return 'is not allowed'
  }
}
