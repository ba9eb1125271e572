import { configKeys, fieldOf } from '../../config/fields.ts'
import { CONFIG_FILE_VARIABLE, variablesOf } from '../../config/environment.ts'

/** What programs need to find others, their files and the network. */
const OF_THE_SYSTEM = [
  'PATH',
  'LANG',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'OPENCODE_CONFIG',
  'OPENCODE_CONFIG_DIR',
  'OPENCODE_BIN',
  CONFIG_FILE_VARIABLE,
]

export interface KeptVariables {
  /** For the service's files: those of the system, and of our settings that are no secrets. */
  kept: Record<string, string>
  /** Names of secrets that are set here and that the service will not have. */
  left: string[]
}

/** What of the environment of whoever installs the service is written down for it. */
export function keepVariables(env: NodeJS.ProcessEnv): KeptVariables {
  const open = configKeys.filter((key) => !fieldOf(key).secret).flatMap((key) => [...variablesOf(key)])
  const secret = configKeys.filter((key) => fieldOf(key).secret).flatMap((key) => [...variablesOf(key)])
  const kept = [...OF_THE_SYSTEM, ...open].flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))
  return { kept: Object.fromEntries(kept), left: secret.filter((name) => env[name]) }
}
