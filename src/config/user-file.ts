import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from './error.ts'
import { type ConfigFile, toLayer, unreadable } from './file-layer.ts'

/** Reads a file that must exist. It may be code, because the user named it. `source` says who did. */
export async function readNamedFile(path: string, source: string): Promise<ConfigFile> {
  if (!existsSync(path)) throw new ConfigError({ key: 'config', source, reason: `${path} does not exist` })
  const file = await read(path)
  if (file === undefined) throw new ConfigError({ key: 'config', source, reason: `${path} is not a file of settings` })
  return file
}

/** Reads `config.{js,ts,mjs,json,yaml,toml,…}` in the user's own folder, if there is one; it may be code. */
export async function findUserFile(folder: string): Promise<ConfigFile | undefined> {
  // Most users have none, and what reads it takes a tenth of a second to load.
  if (!hasConfig(folder)) return undefined
  const { SUPPORTED_EXTENSIONS } = await import('c12')
  // Found here and not by c12, which would go on looking in the working folder and in folders of modules.
  const path = SUPPORTED_EXTENSIONS.map((extension) => join(folder, `config${extension}`)).find((candidate) => existsSync(candidate))
  return path === undefined ? undefined : read(path)
}

function hasConfig(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.startsWith('config.'))
  } catch (error) {
    // A folder that may not be listed may still have one.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

async function read(path: string): Promise<ConfigFile | undefined> {
  const { _configFile: found, config } = await load(path)
  return found === undefined ? undefined : { path: found, layer: toLayer(found, config) }
}

async function load(configFile: string): Promise<{ _configFile?: string; config: unknown }> {
  const { loadConfig } = await import('c12')
  try {
    return await loadConfig({
      cwd: dirname(configFile),
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
    throw unreadable(configFile, error)
  }
}
