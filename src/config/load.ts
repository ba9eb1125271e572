import { join, resolve } from 'node:path'
import { configHome } from '../system/user-folders.ts'
import { readApiKeyFile } from './api-key-file.ts'
import { CONFIG_FILE_VARIABLE, readEnvironment } from './environment.ts'
import { configKeys, type ConfigKey } from './fields.ts'
import type { ConfigFile } from './file-layer.ts'
import { readFlags, type Flags } from './flags.ts'
import type { Layer } from './layer.ts'
import { passOverProjectFile, readProjectFile } from './project-file.ts'
import { checkRules } from './rules.ts'
import type { Config } from './schema.ts'
import { findUserFile, readNamedFile } from './user-file.ts'
import { validate } from './validate.ts'

export interface LoadConfigOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  flags?: Flags
  /** Replaces the project's and the user's file, and must exist. */
  configFile?: string | undefined
  /** Whether a file in the working folder counts, as far as a stranger's may: for the start of a daemon only. */
  project?: boolean
}

export interface LoadedConfig {
  config: Config
  /** Where each value came from: `default`, a file, a variable or a flag. */
  sources: Record<ConfigKey, string>
  /** The file that was read, the project's if both exist. */
  file?: string
  /** What of the working folder does not count, in sentences for the user. */
  ignored: string[]
}

/**
 * Puts the settings together: defaults, the user's file, the project's file, the environment, the flags; later ones win.
 * @throws {ConfigError} for anything that is misspelled, of the wrong type, out of range or contradictory.
 */
export async function loadConfig({ cwd, env, flags = {}, configFile, project = false }: LoadConfigOptions): Promise<LoadedConfig> {
  const { files, ignored } = await readFiles({ cwd, env, configFile, project })
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
  return { config, sources, ignored, ...(file !== undefined && { file }) }
}

interface Files {
  /** Those that count, the stronger one last. */
  files: ConfigFile[]
  ignored: string[]
}

async function readFiles({ cwd, env, configFile, project }: Pick<LoadConfigOptions, 'cwd' | 'env' | 'configFile' | 'project'>): Promise<Files> {
  if (configFile) return { files: [await readNamedFile(resolve(cwd, configFile), '--config')], ignored: [] }
  const named = env[CONFIG_FILE_VARIABLE]
  if (named) return { files: [await readNamedFile(resolve(cwd, named), CONFIG_FILE_VARIABLE)], ignored: [] }

  const user = await findUserFile(join(configHome(env), 'opencode-bridge'))
  const { file, ignored } = project ? await readProjectFile(cwd) : { file: undefined, ignored: passOverProjectFile(cwd) }
  return { files: [user, file].filter((found) => found !== undefined), ignored }
}
