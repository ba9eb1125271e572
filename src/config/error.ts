export interface ConfigProblem {
  /** The setting, or `config` when a whole file is to blame. */
  key: string
  /** Where the value came from: a file, a variable, a flag. */
  source?: string
  /** What is wrong, the value included unless it is a secret. */
  reason: string
  allowed?: string
}

/** A setting that cannot be used. Its message says which one, its value, where it came from and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly key: string
  readonly source: string | undefined

  constructor({ key, source, reason, allowed }: ConfigProblem) {
    super(`${key}${source ? ` (from ${source})` : ''}: ${reason}${allowed ? `; allowed: ${allowed}` : ''}`)
    this.key = key
    this.source = source
  }
}
