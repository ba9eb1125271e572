import type { ArgDef, ArgsDef } from 'citty'
import { type ConfigKey, fieldOf } from '../../config/fields.ts'
import { type Flags, flagOf, keysWithFlag } from '../../config/flags.ts'
import type { LoadedConfig } from '../../config/load.ts'
import { warn } from '../terminal/output.ts'

/** Options that every command has. */
export const commonArgs = {
  ...argsOf('every'),
  config: { type: 'string', description: 'Read this config file only; it may be code', valueHint: 'file' },
} satisfies ArgsDef

/** Options that `start` has beside them. */
export const daemonArgs = argsOf('start')

/** Those of the settings that have one. */
function argsOf(commands: 'start' | 'every'): ArgsDef {
  return Object.fromEntries(keysWithFlag(commands).map((key) => [flagOf(key), argOf(key)]))
}

function argOf(key: ConfigKey): ArgDef {
  const { description = '', type, enum: choices, hint = choices?.join('|') ?? 'n' } = fieldOf(key)
  return type === 'boolean' ? { type: 'boolean', description } : { type: 'string', description, valueHint: hint }
}

/** Whether the option of this name may be given more than once: its setting is a list. */
export function isRepeatable(option: string): boolean {
  return [...keysWithFlag('start'), ...keysWithFlag('every')].some((key) => flagOf(key) === option && fieldOf(key).type === 'array')
}

/**
 * The configuration of this command line; what of the working folder does not count is said on stderr. Loaded late:
 * `--help` must not wait for the parsers of config files.
 * @param project whether a file of the working folder counts, which is for the start of a daemon only
 */
export async function loadSettings(args: Record<string, unknown>, { project = false } = {}): Promise<LoadedConfig> {
  const { loadConfig } = await import('../../config/load.ts')
  const flags: Flags = {}
  for (const key of [...keysWithFlag('every'), ...keysWithFlag('start')]) {
    const value = args[flagOf(key)]
    if (typeof value === 'string' || typeof value === 'boolean') flags[key] = value
  }
  const configFile = typeof args.config === 'string' ? args.config : undefined
  const loaded = await loadConfig({ cwd: process.cwd(), env: process.env, flags, configFile, project })
  for (const sentence of loaded.ignored) warn(sentence)
  return loaded
}
