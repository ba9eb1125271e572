import { z } from 'zod'

export type Unit = 'milliseconds' | 'bytes'

/** What is to be known of a setting beside what it may be. Help, README, variables, flags and errors come from here. */
export interface SettingFacts {
  /** A sentence or two without a full stop, for people. */
  description: string
  unit?: Unit
  /** Its value is shown to nobody: no error, no log, no command. */
  secret?: true
  /** The commands that have it as an option. Its name is the setting's, unless `option` gives another. */
  flag?: 'start' | 'every'
  option?: string
  /** What stands for the value in `--help`. */
  hint?: string
  /** The variables that set it, the one that counts first, where they are not called after it. */
  variables?: readonly [string, ...string[]]
  /** A path of a file, which in a file of settings is relative to that file. */
  file?: true
  /**
   * A file of the folder that a daemon is started in counts for it: which models answer and how, and when to give up. A
   * repository that somebody else wrote may hold such a file, so it is never a setting that opens the daemon to others,
   * runs or reads something, or takes more of the machine or of the provider.
   */
  project?: true
}

export const facts = z.registry<SettingFacts>()

/** Node fires a timer of more milliseconds at once, instead of after 24.9 days. */
export const MAX_DURATION = 2 ** 31 - 1

/** A setting with its facts; also a field of a block. It goes around all else, because what is made of it has no facts. */
export function setting<T extends z.ZodType>(schema: T, known: SettingFacts): T {
  facts.add(schema, known as never)
  return schema
}

type Further = Omit<SettingFacts, 'description' | 'unit'>

export function duration(milliseconds: number, description: string, { max = MAX_DURATION, ...further }: Further & { max?: number } = {}) {
  return setting(z.number().int().positive().max(max).default(milliseconds), { description, unit: 'milliseconds', ...further })
}

export function bytes(least: 0 | 1, size: number, description: string, further: Further = {}) {
  return setting(z.number().int().min(least).default(size), { description, unit: 'bytes', ...further })
}

export function count(least: 0 | 1, number: number, description: string, { max = Number.MAX_SAFE_INTEGER, ...further }: Further & { max?: number } = {}) {
  return setting(z.number().int().min(least).max(max).default(number), { description, ...further })
}

export function toggle(description: string, further: Further = {}) {
  return setting(z.boolean().default(false), { description, ...further })
}

/** A text that is not set by default. */
export function optional(description: string, { least = 1, ...further }: Further & { least?: number } = {}) {
  return setting(z.string().min(least).optional(), { description, ...further })
}

export function list(items: string[], description: string, { least = 1, ...further }: Further & { least?: number } = {}) {
  return setting(z.array(z.string().min(least)).default(items), { description, ...further })
}
