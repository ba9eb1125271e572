import type { ArgsDef } from 'citty'
import type { LoadedConfig } from '../config/load.ts'
import type { Flags } from '../config/flags.ts'
import { warn } from './output.ts'

/** Options that every command has. */
export const commonArgs = {
  port: { type: 'string', description: 'Port of the daemon; whoever answers on a port given here is trusted', valueHint: 'port' },
  config: { type: 'string', description: 'Read this config file only; it may be code', valueHint: 'file' },
  verbose: { type: 'boolean', description: 'Log more; show where an error happened' },
} as const satisfies ArgsDef

/** Options that `start` has beside them. */
export const daemonArgs = {
  host: { type: 'string', description: 'Address to listen on; beyond loopback it needs a key', valueHint: 'address' },
  engine: { type: 'string', description: 'How opencode is run', valueHint: 'run' },
  'api-key-file': { type: 'string', description: 'File with one accepted key per line', valueHint: 'file' },
  'cors-origin': { type: 'string', description: 'Origin of browsers that may call; repeatable', valueHint: 'origin' },
  strict: { type: 'boolean', description: 'Refuse what a model cannot be given, instead of ignoring it' },
  'max-size': { type: 'string', description: 'How many opencode processes may run at once', valueHint: 'n' },
  'min-idle': { type: 'string', description: 'How many processes wait ready', valueHint: 'n' },
  'max-reasoning-bytes': { type: 'string', description: 'Memory for thoughts that clients do not send back; 0 for none', valueHint: 'n' },
} as const satisfies ArgsDef

type Args = { [K in keyof typeof commonArgs | keyof typeof daemonArgs]?: string | boolean | undefined }

/**
 * The configuration of this command line; what of the working folder does not count is said on stderr. Loaded late:
 * `--help` must not wait for the parsers of config files.
 * @param project whether a file of the working folder counts, which is for the start of a daemon only
 */
export async function loadSettings(args: Args, { project = false } = {}): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load.ts')
  const given: Flags = {}
  const take = (key: keyof Flags, value: string | boolean | undefined) => {
    if (value !== undefined) given[key] = value
  }
  take('port', args.port)
  take('verbose', args.verbose)
  take('host', args.host)
  take('engine', args.engine)
  take('apiKeyFile', args['api-key-file'])
  take('corsOrigins', args['cors-origin'])
  take('strict', args.strict)
  take('maxSize', args['max-size'])
  take('minIdle', args['min-idle'])
  take('maxReasoningBytes', args['max-reasoning-bytes'])
  const loaded = await loadConfig({ cwd: process.cwd(), env: process.env, flags: given, configFile: args.config as string | undefined, project })
  for (const sentence of loaded.ignored) warn(sentence)
  return loaded
}
