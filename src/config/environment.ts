import { ConfigError } from './error.ts'
import { configKeys, type ConfigKey, fieldOf } from './fields.ts'
import type { Layer } from './layer.ts'
import { nearest } from './nearest.ts'
import { parseText } from './parse-text.ts'

const PREFIX = 'OPENCODE_BRIDGE_'

/** Names the config file instead of the usual two. */
export const CONFIG_FILE_VARIABLE = `${PREFIX}CONFIG`

/** Those that set it, the one that counts first: `maxSize` is `OPENCODE_BRIDGE_MAX_SIZE`, unless its facts say others. */
export function variablesOf(key: ConfigKey): readonly [string, ...string[]] {
  return fieldOf(key).variables ?? [PREFIX + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()]
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
  const known = [...configKeys.flatMap(variablesOf), CONFIG_FILE_VARIABLE].filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length))
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX)) continue
    const word = name.slice(PREFIX.length)
    const meant = known.includes(word) ? undefined : nearest(word, known, 0.25)
    if (meant) throw new ConfigError({ key: name, reason: `is no variable of the bridge; did you mean ${PREFIX}${meant}?` })
  }
}
