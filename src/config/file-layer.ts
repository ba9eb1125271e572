import { dirname, resolve } from 'node:path'
import { ConfigError } from './error.ts'
import { configKeys, type Field, fieldsAt, fieldsWithin, isConfigKey } from './fields.ts'
import type { Layer } from './layer.ts'
import { unknownName } from './validate.ts'

export interface ConfigFile {
  path: string
  layer: Layer
}

/**
 * What a file says, once it is read.
 * @throws ConfigError when it holds no settings, or one that does not exist
 */
export function toLayer(path: string, config: unknown): Layer {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ConfigError({ key: 'config', source: path, reason: 'the file holds no settings', allowed: 'an object of settings' })
  }
  const layer: Layer = {}
  for (const [key, value] of Object.entries(config)) {
    // `$schema` and its like are for editors.
    if (key.startsWith('$')) continue
    if (!isConfigKey(key)) throw unknownName([key], configKeys, path)
    if (value !== undefined) layer[key] = { value: relativeToFile(fieldsAt([key]), value, path), source: path }
  }
  return layer
}

/** Some settings take a URL as well. */
function isPath(value: string): boolean {
  return value !== '' && !/^[a-z][a-z\d+.-]*:\/\//i.test(value)
}

/** A path in a file means the same wherever the daemon is started. */
function relativeToFile(fields: readonly Field[], value: unknown, file: string): unknown {
  if (typeof value === 'string') return isPath(value) && fields.some((field) => field.file) ? resolve(dirname(file), value) : value
  // Nothing is known of it, and it may be as deep as it likes.
  if (typeof value !== 'object' || value === null || fields.length === 0) return value
  if (Array.isArray(value)) return value.map((part, index) => relativeToFile(fieldsWithin(fields, index), part, file))
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, relativeToFile(fieldsWithin(fields, name), part, file)]))
}

/**
 * The error of a file that cannot be read: the kind of it and, for syntax, its place; not its text, because parsers
 * quote the file, and it may hold keys.
 */
export function unreadable(path: string, error: unknown): ConfigError {
  return new ConfigError({ key: 'config', source: path, reason: `the file cannot be read: ${describe(error)}`, allowed: 'an object of settings' })
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (error instanceof TypeError && /\$meta/.test(error.message)) return 'it holds no settings'
  const place = /\(?(?:line )?\d+[:,] ?(?:column )?\d+\)?|position \d+/i.exec(error.message)
  return place ? `${error.name} at ${place[0].replace(/[()]/g, '')}` : error.name
}
