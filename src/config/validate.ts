import type { z } from 'zod'
import { allowed } from './allowed.ts'
import { ConfigError } from './error.ts'
import { type ConfigKey, fieldsAt } from './fields.ts'
import type { Layer } from './layer.ts'
import { nearest } from './nearest.ts'
import { configSchema, type Config } from './schema.ts'
import { showValue } from './show-value.ts'

/** Applies the schema and its defaults; the first problem becomes a `ConfigError`. */
export function validate(layer: Layer, sources: Record<ConfigKey, string>): Config {
  const values = Object.fromEntries(Object.entries(layer).map(([key, { value }]) => [key, value]))
  const result = configSchema.safeParse(values)
  if (result.success) return result.data

  const issue = innermost(result.error.issues[0]!)
  const path = issue.path as [ConfigKey, ...PropertyKey[]]
  const source = sources[path[0]]
  if (issue.code === 'unrecognized_keys') throw unknownName([...path, issue.keys[0]!], namesAt(path), source)

  const value = path.reduce<unknown>((object, name) => (object as Record<PropertyKey, unknown>)[name], values)
  const reason = value === undefined ? 'it is missing' : `${showValue(path, value)} ${describe(issue)}`
  throw new ConfigError({ key: dotted(path), source, reason, allowed: allowed(fieldsAt(path)) })
}

/** A name that nothing has, with the one that was probably meant, else with all that there are. */
export function unknownName(path: readonly PropertyKey[], names: readonly string[], source: string): ConfigError {
  const meant = nearest(String(path.at(-1)), names)
  return new ConfigError({ key: dotted(path), source, reason: 'no such setting', allowed: meant ? `did you mean ${meant}?` : names.join(', ') })
}

function namesAt(path: readonly [ConfigKey, ...PropertyKey[]]): string[] {
  return [...new Set(fieldsAt(path).flatMap(({ properties = {} }) => Object.keys(properties)))]
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** Of a choice, the problem of the form that the value was meant to have, as far as its kind tells. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const meant = issue.errors.find(([first]) => first !== undefined && !(first.code === 'invalid_type' && first.path.length === 0))?.[0]
  return meant === undefined ? issue : innermost({ ...meant, path: [...issue.path, ...meant.path] })
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
    case 'custom':
      return `is not allowed: ${issue.message}`
    default:
      return 'is not allowed'
  }
}
