import type { ArgsDef } from 'citty'
import type { LoadedConfig } from '../config/load.ts'
import type { Flags } from '../config/flags.ts'

/** Options that every command has. */
export const commonArgs = {
  port: { type: 'string', description: 'Port of the daemon', valueHint: 'port' },
  config: { type: 'string', description: 'Read this config file only', valueHint: 'file' },
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
} as const satisfies ArgsDef

type Args = { [K in keyof typeof commonArgs | keyof typeof daemonArgs]?: string | boolean | undefined }

/** The configuration of this command line. Loaded late: `--help` must not wait for the parsers of config files. */
export async function loadSettings(args: Args): Promise<LoadedConfig> {
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
  return loadConfig({ cwd: process.cwd(), env: process.env, flags: given, configFile: args.config as string | undefined })
}
