/** Where a secret comes from; it is never in the configuration itself. */
export type CredentialSource = VariableSource | FileSource | CommandSource

export interface VariableSource {
  from: 'env'
  /** The name of a variable of the daemon's environment. */
  name: string
}

export interface FileSource {
  from: 'file'
  /** Absolute. Read for each request, so that whatever writes it may replace it at any time. */
  path: string
}

/** A program that prints a secret, as Codex has it (`model_providers.<id>.auth`). */
export interface CommandSource {
  from: 'command'
  /** A path, or a name that is looked for in PATH. */
  command: string
  args: readonly string[]
  cwd?: string | undefined
  /** Milliseconds for one run. */
  timeout: number
  /** Milliseconds after which it is run again; 0 is only after the provider has refused what it printed. */
  refreshInterval: number
}

/** For people and logs: a command's arguments may hold secrets, so they are not in it. */
export function describeSource(source: CredentialSource): string {
  switch (source.from) {
    case 'env':
      return `the environment variable ${source.name}`
    case 'file':
      return `the file ${source.path}`
    case 'command':
      return `the command ${source.command}`
  }
}
