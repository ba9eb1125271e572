import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Environment, stateHome } from '../../system/user-folders.ts'

/** Inputs that are kept. */
export const HISTORY_SIZE = 1_000

/** What was typed into chats, on disk, which only its owner may read: a line of JSON for each input, the last one last. */
export class HistoryFile {
  readonly #path: string

  constructor(env: Environment) {
    this.#path = join(stateHome(env), 'opencode-bridge', 'chat-history.jsonl')
  }

  /** The inputs, the last one first. What is no input is left out. */
  read(): string[] {
    const inputs = this.#lines().flatMap((line) => {
      try {
        const input = JSON.parse(line) as unknown
        return typeof input === 'string' ? [input] : []
      } catch {
        return []
      }
    })
    return inputs.slice(-HISTORY_SIZE).toReversed()
  }

  /** Keeps an input; one that begins with a blank is nobody's business, as in a shell. */
  add(input: string): void {
    if (input.trim() === '' || input.startsWith(' ')) return
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const lines = this.#lines()
    const line = `${JSON.stringify(input)}\n`
    // Another chat may add to it at the same time, so it is only written anew when it has become long.
    if (lines.length < 2 * HISTORY_SIZE) return appendFileSync(this.#path, line, { mode: 0o600 })
    const temporary = `${this.#path}.${process.pid}.tmp`
    writeFileSync(temporary, `${lines.slice(-HISTORY_SIZE).join('\n')}\n${line}`, { mode: 0o600 })
    renameSync(temporary, this.#path)
  }

  #lines(): string[] {
    try {
      return readFileSync(this.#path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    } catch {
      return []
    }
  }
}
