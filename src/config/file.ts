import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { loadConfig as loadFile } from 'c12'
import { ConfigError } from './error.ts'
import { configKeys, isConfigKey, type ConfigKey } from './fields.ts'
import type { Layer } from './layer.ts'
import { nearest } from './nearest.ts'

export interface ConfigFile {
  path: string
  layer: Layer
}

/** Reads a file that must exist. `source` says who named it. */
export async function readNamedFile(path: string, source: string): Promise<ConfigFile> {
  if (!existsSync(path)) throw new ConfigError({ key: 'config', source, reason: `${path} does not exist` })
  const file = await findFile(dirname(path), path)
  if (!file) throw new ConfigError({ key: 'config', source, reason: `${path} is not a file of settings` })
  return file
}

/** Reads `<name>.{ts,js,mjs,json,yaml,toml,…}` in a folder, if there is one. */
export async function findFile(cwd: string, name: string): Promise<ConfigFile | undefined> {
  const { _configFile: path, config } = await read(cwd, name)
  return path === undefined ? undefined : { path, layer: toLayer(path, config) }
}

async function read(cwd: string, configFile: string): Promise<{ _configFile?: string; config: unknown }> {
  try {
    return await loadFile({
      cwd,
      configFile,
      dotenv: false,
      rcFile: false,
      globalRc: false,
      packageJson: false,
      extend: false,
      giget: false,
      // NODE_ENV must not change what a file means.
      envName: false,
      omit$Keys: true,
      // The cache would keep a copy of a file that may hold keys.
      jitiOptions: { fsCache: false },
    })
  } catch (error) {
    throw new ConfigError({
      key: 'config',
      source: resolve(cwd, configFile),
      reason: `the file cannot be read: ${describe(error)}`,
      allowed: 'an object of settings',
    })
  }
}

/** The kind of error and, for syntax, its place; not the text, because parsers quote the file, and it may hold keys. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  if (error instanceof TypeError && /\$meta/.test(error.message)) return 'it holds no settings'
  const place = /\(?(?:line )?\d+[:,] ?(?:column )?\d+\)?|position \d+/i.exec(error.message)
  return place ? `${error.name} at ${place[0].replace(/[()]/g, '')}` : error.name
}

function toLayer(path: string, config: unknown): Layer {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new ConfigError({ key: 'config', source: path, reason: 'the file holds no settings', allowed: 'an object of settings' })
  }
  const layer: Layer = {}
  for (const [key, value] of Object.entries(config)) {
    if (!isConfigKey(key)) throw unknownKey(key, path)
    if (value !== undefined) layer[key] = { value: relativeToFile(key, value, path), source: path }
  }
  return layer
}

function unknownKey(key: string, source: string): ConfigError {
  const meant = nearest(key, configKeys)
  return new ConfigError({
    key,
    source,
    reason: 'no such setting',
    allowed: meant ? `did you mean ${meant}?` : configKeys.join(', '),
  })
}

/** A path in a file means the same wherever the daemon is started. */
function relativeToFile(key: ConfigKey, value: unknown, file: string): unknown {
  const isPath = (key === 'apiKeyFile' || key === 'binary') && typeof value === 'string' && value !== ''
  return isPath ? resolve(dirname(file), value) : value
}
