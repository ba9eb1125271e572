import { variablesOf } from './environment.ts'
import { type ConfigKey, defaults, fieldOf, sectionKeys, type SectionName } from './fields.ts'
import { flagOf } from './flags.ts'
import type { LoadedConfig } from './load.ts'
import { withoutSecrets } from './show-value.ts'
import type { Unit } from './setting.ts'

/** One setting, for people and programs; a secret is a sign in the place of its value. */
export interface DescribedSetting {
  key: ConfigKey
  section: SectionName
  description: string
  /** Null where nothing is set. */
  value: unknown
  /** `default`, a file, a variable or a flag. */
  source: string
  default: unknown
  unit?: Unit
  /** Those that set it, the one that counts first. */
  variables: readonly string[]
  flag?: string
  secret?: true
}

/** Every setting with its value and where that came from, in the order of the sections. */
export function describeSettings({ config, sources }: Pick<LoadedConfig, 'config' | 'sources'>): DescribedSetting[] {
  return sectionKeys.flatMap(([section, keys]) =>
    keys.map((key) => {
      const { description = '', unit, flag, secret } = fieldOf(key)
      return {
        key,
        section,
        description,
        // An empty secret is none, which may be known.
        value: isEmpty(config[key]) ? (config[key] ?? null) : withoutSecrets([key], config[key]),
        source: sources[key],
        default: defaults[key] ?? null,
        ...(unit && { unit }),
        variables: variablesOf(key),
        ...(secret && { secret }),
        ...(flag && { flag: `--${flagOf(key)}` }),
      }
    }),
  )
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0)
}
