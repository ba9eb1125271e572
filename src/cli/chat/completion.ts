import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'

export interface CompletionSources {
  /** Names of commands, without the slash. */
  commands: readonly string[]
  models(): Promise<readonly string[]>
}

/** What a line may go on with, and the part of it that each begins with. */
export type Completions = [hits: string[], begun: string]

/** Commands whose argument is known. */
const ARGUMENT = /^\/(model|retry|file|save)\s+(.*)$/s

/** Completes commands, and behind them models and files. */
export async function complete(line: string, { commands, models }: CompletionSources): Promise<Completions> {
  const name = /^\/(\w*)$/.exec(line)?.[1]
  if (name !== undefined) return [commands.filter((command) => command.startsWith(name)).map((command) => `/${command} `), line]
  const [, command, argument = ''] = ARGUMENT.exec(line) ?? []
  if (command === undefined) return [[], line]
  if (command === 'file' || command === 'save') return [filesLike(argument), argument]
  const ids = await models().catch(() => [])
  const begun = ids.filter((id) => id.startsWith(argument))
  // Who types a model's own name need not know its provider.
  return [begun.length > 0 ? begun : ids.filter((id) => id.includes(argument)), argument]
}

/** A path that a person typed, in whose shell `~` is the home. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path
}

function filesLike(begun: string): string[] {
  const cut = begun.lastIndexOf('/') + 1
  const [folder, start] = [begun.slice(0, cut), begun.slice(cut)]
  try {
    return readdirSync(expandHome(folder) || '.', { withFileTypes: true })
      .filter(({ name }) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .toSorted()
  } catch {
    return []
  }
}
