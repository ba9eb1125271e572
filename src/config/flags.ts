import { type ConfigKey, configKeys, fieldOf } from './fields.ts'
import type { Layer } from './layer.ts'
import { parseText } from './parse-text.ts'

/** Values from the command line, as typed. */
export type Flags = Partial<Record<ConfigKey, string | boolean>>

/** The flag of a setting, without its dashes. */
export function flagOf(key: ConfigKey): string {
  return fieldOf(key).option ?? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** The settings that these commands have a flag for. */
export function keysWithFlag(of: 'start' | 'every'): ConfigKey[] {
  return configKeys.filter((key) => fieldOf(key).flag === of)
}

export function readFlags(flags: Flags): Layer {
  const layer: Layer = {}
  for (const [name, value] of Object.entries(flags)) {
    const key = name as ConfigKey
    const source = `--${flagOf(key)}`
    if (value !== undefined) layer[key] = { value: typeof value === 'string' ? parseText(key, value, source) : value, source }
  }
  return layer
}
