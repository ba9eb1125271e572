import type { ConfigKey } from './fields.ts'

/** What one source (a file, the environment, the flags) says. */
export type Layer = Partial<Record<ConfigKey, { value: unknown; source: string }>>
