import { existsSync, readFileSync } from 'node:fs'
import { usageError } from '../command-line/failure.ts'

type Schema = Record<string, unknown>

const TYPES: Record<string, string> = {
  str: 'string',
  string: 'string',
  int: 'integer',
  integer: 'integer',
  float: 'number',
  number: 'number',
  bool: 'boolean',
  boolean: 'boolean',
}

/**
 * The schema that an answer has to have: a file, JSON itself, or the short form of `llm`: `name, age int, bio: in one sentence`,
 * by commas or lines. `[]` behind a type is a list of it.
 * @throws CliError for what is none of these
 */
export function readSchema(text: string): Schema {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return parseSchema(trimmed, 'the schema')
  if (existsSync(trimmed)) return parseSchema(readFileSync(trimmed, 'utf8'), trimmed)
  if (/\.json$/i.test(trimmed)) throw usageError(`${trimmed} cannot be read: there is no such file`)
  return shortSchema(trimmed)
}

/** The parameter that demands it; strictly where vendors' strict form can hold it. */
export function responseFormat(schema: Schema): Schema {
  return { type: 'json_schema', json_schema: { name: 'answer', schema, ...(isStrict(schema) && { strict: true }) } }
}

function parseSchema(json: string, where: string): Schema {
  try {
    const schema = JSON.parse(json) as unknown
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as Schema
  } catch (error) {
    throw usageError(`${where} is not valid JSON: ${(error as Error).message}`)
  }
  throw usageError(`${where} is no JSON schema: it is no object`)
}

function shortSchema(text: string): Schema {
  const fields = (text.includes('\n') ? text.split('\n') : text.split(',')).map((field) => field.trim()).filter((field) => field !== '')
  if (fields.length === 0) throw usageError('the schema is empty', 'such as --schema "name, age int"')
  const properties = Object.fromEntries(fields.map(readField))
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function readField(field: string): [name: string, schema: Schema] {
  const [, name, type = 'str', list, description] = /^([\w-]+)(?:\s+([a-z]+)(\[\])?)?(?:\s*:\s*(.+))?$/s.exec(field) ?? []
  const known = Object.hasOwn(TYPES, type) ? TYPES[type]! : undefined
  if (name === undefined || known === undefined) {
    throw usageError(
      `"${field}" is no field of a schema`,
      'a field is a name, with str, int, float or bool, and a description behind a colon: "name, age int, bio: in a sentence"',
    )
  }
  const single: Schema = { type: known }
  return [name, { ...(list ? { type: 'array', items: single } : single), ...(description !== undefined && { description }) }]
}

/** Whether each object in it names all that it may hold, which OpenAI's strict form demands. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict)
  if (typeof schema !== 'object' || schema === null) return true
  const {
    type,
    properties = {},
    required = [],
    additionalProperties,
  } = schema as { type?: unknown; properties?: object; required?: unknown[]; additionalProperties?: unknown }
  const closed = type !== 'object' || (additionalProperties === false && Object.keys(properties).every((name) => required.includes(name)))
  return closed && Object.values(schema).every(isStrict)
}
