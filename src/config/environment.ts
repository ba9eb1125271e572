import { ConfigError } from './error.ts'
import { configKeys, type ConfigKey } from './fields.ts'
import type { Layer } from './layer.ts'
import { nearest } from './nearest.ts'
import { parseText } from './parse-text.ts'

const PREFIX = 'OPENCODE_BRIDGE_'

/** Names the config file instead of the usual two. */
export const CONFIG_FILE_VARIABLE = `${PREFIX}CONFIG`

/** The variable of a setting: `maxSize` is `OPENCODE_BRIDGE_MAX_SIZE`. */
export function variableOf(key: ConfigKey): string {
  // Clients know one key, so the variable that daemon and client share is singular.
  if (key === 'apiKeys') return `${PREFIX}API_KEY`
  return PREFIX + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** Those that set it, the one that counts first; `opencode serve` has its password from the second. */
function variablesOf(key: ConfigKey): string[] {
  return key === 'serverPassword' ? [variableOf(key), 'OPENCODE_SERVER_PASSWORD'] : [variableOf(key)]
}

/** The settings that the environment holds. An empty variable counts as unset, as it does in shells. */
export function readEnvironment(env: NodeJS.ProcessEnv): Layer {
  rejectMisspelled(env)
  const layer: Layer = {}
  for (const key of configKeys) {
    const source = variablesOf(key).find((name) => env[name])
    const text = source && env[source]
    if (text) layer[key] = { value: parseText(key, text, source), source }
  }
  return layer
}

/** Only near misses are errors: scripts may have variables of their own that begin with our prefix. */
function rejectMisspelled(env: NodeJS.ProcessEnv): void {
  const known = [...configKeys.map(variableOf), CONFIG_FILE_VARIABLE].map((name) => name.slice(PREFIX.length))
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX)) continue
    const word = name.slice(PREFIX.length)
    const meant = known.includes(word) ? undefined : nearest(word, known, 0.25)
    if (meant) throw new ConfigError({ key: name, reason: `is no variable of the bridge; did you mean ${PREFIX}${meant}?` })
  }
}
