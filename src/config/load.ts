import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readApiKeyFile } from './api-key-file.ts'
import { CONFIG_FILE_VARIABLE, readEnvironment } from './environment.ts'
import { configKeys, type ConfigKey } from './fields.ts'
import { findFile, readNamedFile, type ConfigFile } from './file.ts'
import { readFlags, type Flags } from './flags.ts'
import type { Layer } from './layer.ts'
import { checkRules } from './rules.ts'
import type { Config } from './schema.ts'
import { validate } from './validate.ts'

export interface LoadConfigOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  flags?: Flags
  /** Replaces the project's and the user's file, and must exist. */
  configFile?: string | undefined
}

export interface LoadedConfig {
  config: Config
  /** Where each value came from: `default`, a file, a variable or a flag. */
  sources: Record<ConfigKey, string>
  /** The file that was read, the project's if both exist. */
  file?: string
}

/**
 * Puts the settings together: defaults, the user's file, the project's file, the environment, the flags; later ones win.
 * @throws {ConfigError} for anything that is misspelled, of the wrong type, out of range or contradictory.
 */
export async function loadConfig({ cwd, env, flags = {}, configFile }: LoadConfigOptions): Promise<LoadedConfig> {
  const files = await readFiles(cwd, env, configFile)
  const merged: Layer = Object.assign({}, ...files.map(({ layer }) => layer), readEnvironment(env), readFlags(flags))

  const sources = Object.fromEntries(configKeys.map((key) => [key, merged[key]?.source ?? 'default'])) as Record<ConfigKey, string>
  const config = validate(merged, sources)
  if (config.apiKeyFile !== undefined) {
    config.apiKeyFile = resolve(cwd, config.apiKeyFile)
    const keys = await readApiKeyFile(config.apiKeyFile, sources.apiKeyFile)
    // A file adds to the other keys: the variable also serves clients, which know a single key.
    config.apiKeys = [...new Set([...config.apiKeys, ...keys])]
    sources.apiKeys = sources.apiKeys === 'default' ? config.apiKeyFile : `${sources.apiKeys}, ${config.apiKeyFile}`
  }
  checkRules(config, sources)

  const file = files.at(-1)?.path
  return { config, sources, ...(file !== undefined && { file }) }
}

/** The files that count, the stronger one last. */
async function readFiles(cwd: string, env: NodeJS.ProcessEnv, configFile: string | undefined): Promise<ConfigFile[]> {
  if (configFile) return [await readNamedFile(resolve(cwd, configFile), '--config')]
  const named = env[CONFIG_FILE_VARIABLE]
  if (named) return [await readNamedFile(resolve(cwd, named), CONFIG_FILE_VARIABLE)]

  const userFolder = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'opencode-bridge')
  const found = [await findFile(userFolder, 'config'), await findFile(cwd, 'opencode-bridge.config')]
  return found.filter((file) => file !== undefined)
}
