import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ChatMessage } from '../daemon/client.ts'
import { type Environment, stateHome } from '../../system/user-folders.ts'
import { CliError, usageError } from '../command-line/failure.ts'

const schema = z.object({ messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })) })

/** A conversation of `ocb ask -c` on disk, which only its owner may read. */
export class ConversationFile {
  readonly #folder: string
  readonly #path: string

  /** @throws CliError for a name that is no file name */
  constructor(env: Environment, name = 'last') {
    if (!/^\w[\w.-]{0,63}$/.test(name)) throw usageError(`"${name}" cannot be the name of a conversation`, 'letters, digits, dots, dashes and underscores can')
    this.#folder = join(stateHome(env), 'opencode-bridge', 'conversations')
    this.#path = join(this.#folder, `${name}.json`)
  }

  /**
   * Its messages; none before it began.
   * @throws CliError for a file that cannot be read
   */
  read(): ChatMessage[] {
    try {
      return schema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).messages
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw new CliError(`the conversation in ${this.#path} cannot be read`, { hint: '--new begins it anew' })
    }
  }

  /** Writes it atomically, so that nobody reads half of it. */
  write(messages: ChatMessage[]): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const temporary = `${this.#path}.${process.pid}.tmp`
    writeFileSync(temporary, `${JSON.stringify({ messages }, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(temporary, this.#path)
  }
}
