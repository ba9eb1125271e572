import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { ConfigError } from './error.ts'
import { type ConfigKey, fieldOf } from './fields.ts'
import { type ConfigFile, toLayer, unreadable } from './file-layer.ts'

/** What such a file is called, before its extension. */
export const PROJECT_FILE = 'opencode-bridge.config'

/** Beyond this it is no file of settings. */
const MAX_BYTES = 1024 * 1024

/** The formats that are data only; the first that is there counts. Most commands find no such file, so need no parser. */
const FORMATS: Record<string, (text: string) => Promise<unknown>> = {
  '.json': parseJSONC,
  '.jsonc': parseJSONC,
  '.json5': async (text) => (await import('confbox/json5')).parseJSON5(text),
  '.yaml': parseYAML,
  '.yml': parseYAML,
  '.toml': async (text) => (await import('confbox/toml')).parseTOML(text),
}

const DATA = Object.keys(FORMATS)
const CODE = ['.js', '.ts', '.mjs', '.cjs', '.mts', '.cts']

/** A file of the working folder that was looked at, and what of it does not count. */
export interface ProjectFile {
  file?: ConfigFile
  /** Sentences for the user, each with the name of the file. */
  ignored: string[]
}

/** Where everything else belongs. */
const ELSEWHERE = 'the rest belongs in ~/.config/opencode-bridge/config.*, or in a file named with --config'

/**
 * Reads the settings of the folder that a daemon is started in. Whoever wrote the repository there wrote them too, so
 * the file is data, never code, and counts only for what opens nothing: see `SettingFacts`.
 * @throws ConfigError when it cannot be read, or has a setting that does not exist
 */
export async function readProjectFile(folder: string): Promise<ProjectFile> {
  const names = projectFileNames(folder)
  const name = names.find((candidate) => extname(candidate) in FORMATS)
  const ignored = names.filter((other) => other !== name).map((other) => `${other} is not read: ${reasonAgainst(other, name)}`)
  if (name === undefined) return { ignored }

  const path = join(folder, name)
  const layer = toLayer(path, await parse(path))
  const denied = (Object.keys(layer) as ConfigKey[]).filter((key) => !fieldOf(key).project)
  for (const key of denied) delete layer[key]
  if (denied.length > 0)
    ignored.push(`${name} counts for models and times only, so ${denied.join(', ')} ${denied.length === 1 ? 'is' : 'are'} ignored; ${ELSEWHERE}`)
  return { file: { path, layer }, ignored }
}

/** The sentences for commands that no file of a project counts for; nothing is read. */
export function passOverProjectFile(folder: string): string[] {
  return projectFileNames(folder).map(
    (name) => `${name} is not read: ${extname(name) in FORMATS ? 'it counts for `start` alone' : reasonAgainst(name, undefined)}`,
  )
}

/** Those of our names that are in the folder; nothing of it is opened. */
function projectFileNames(folder: string): string[] {
  let present: string[]
  try {
    present = readdirSync(folder)
  } catch {
    return []
  }
  return [...DATA, ...CODE].map((extension) => PROJECT_FILE + extension).filter((name) => present.includes(name))
}

function reasonAgainst(name: string, read: string | undefined): string {
  if (CODE.includes(extname(name))) return 'code of a project is never run; name it with --config if it is yours'
  return `${read} is`
}

async function parse(path: string): Promise<unknown> {
  try {
    return await FORMATS[extname(path)]!(readRegularFile(path))
  } catch (error) {
    throw error instanceof ConfigError ? error : unreadable(path, error)
  }
}

async function parseJSONC(text: string): Promise<unknown> {
  const confbox = await import('confbox/jsonc')
  return confbox.parseJSONC(text, { allowTrailingComma: true })
}

/** By this parser, because it gives up on references that grow without end. */
async function parseYAML(text: string): Promise<unknown> {
  return (await import('yaml')).parse(text)
}

/** Without waiting for the other end of a pipe, and not without end. */
function readRegularFile(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = fstatSync(file)
    if (!stat.isFile() || stat.size > MAX_BYTES) throw new ConfigError({ key: 'config', source: path, reason: 'this is no file of at most 1 MiB' })
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}
