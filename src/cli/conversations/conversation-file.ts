import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Environment, stateHome } from '../../system/user-folders.ts'
import { command } from '../command-line/called-as.ts'
import { CliError, usageError } from '../command-line/failure.ts'
import type { ChatMessage } from '../daemon/chat-api.ts'

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
  z.object({ type: z.literal('file'), file: z.object({ filename: z.string(), file_data: z.string() }) }),
  z.object({ type: z.literal('input_audio'), input_audio: z.object({ data: z.string(), format: z.enum(['wav', 'mp3']) }) }),
])

const schema = z.object({
  /** The one that goes on with it, where nothing else is asked for. */
  model: z.string().optional(),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.union([z.string(), z.array(part)]) })),
})

export interface KeptConversation {
  model?: string | undefined
  messages: ChatMessage[]
}

/** The name of a conversation that was given none. */
export const UNNAMED = 'last'

/** A conversation of `-c` on disk, which only its owner may read. */
export class ConversationFile {
  readonly name: string
  readonly path: string
  readonly #folder: string

  /** @throws CliError for a name that is no file name */
  constructor(env: Environment, name = UNNAMED) {
    if (!/^\w[\w.-]{0,63}$/.test(name)) throw usageError(`"${name}" cannot be the name of a conversation`, 'letters, digits, dots, dashes and underscores can')
    this.name = name
    this.#folder = conversationsFolder(env)
    this.path = join(this.#folder, `${name}.json`)
  }

  /**
   * What is kept; no message before it began.
   * @throws CliError for a file that cannot be read
   */
  read(): KeptConversation {
    return this.readIfThere() ?? { messages: [] }
  }

  /** The same; undefined where there is none. */
  readIfThere(): KeptConversation | undefined {
    try {
      return schema.parse(JSON.parse(readFileSync(this.path, 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new CliError(`the conversation in ${this.path} cannot be read`, {
        hint: `--new begins it anew, ${command} conversations delete ${this.name} removes it`,
      })
    }
  }

  /** Writes it atomically, so that nobody reads half of it. */
  write(kept: KeptConversation): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const temporary = `${this.path}.${process.pid}.tmp`
    writeFileSync(temporary, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 })
    renameSync(temporary, this.path)
  }
}

export function conversationsFolder(env: Environment): string {
  return join(stateHome(env), 'opencode-bridge', 'conversations')
}
