import { writeFile } from 'node:fs/promises'
import type { Client } from '../daemon/client.ts'
import { CliError } from '../command-line/failure.ts'
import { readAttachment } from '../attachments/attachment.ts'
import type { ChatConversation } from './conversation.ts'
import { toMarkdown } from '../conversations/transcript.ts'

export interface SlashContext {
  conversation: ChatConversation
  client: Client
  signal: AbortSignal
}

interface SlashCommand {
  usage: string
  description: string
  /** What to tell the person who typed it. */
  run(argument: string, context: SlashContext): string | Promise<string>
}

const COMMANDS: Record<string, SlashCommand> = {
  model: {
    usage: '/model [id]',
    description: 'answer with another model; without an id: list them',
    run: async (id, { conversation, client, signal }) => {
      if (id === '') return (await client.models(signal)).data.map((model) => `${model.id === conversation.model ? '* ' : '  '}${model.id}`).join('\n')
      conversation.model = id
      return `The model is ${id}.`
    },
  },
  system: {
    usage: '/system [text]',
    description: 'set the system prompt; without a text: none',
    run: (text, { conversation }) => {
      conversation.system = text === '' ? undefined : text
      return text === '' ? 'There is no system prompt.' : 'The system prompt is set.'
    },
  },
  file: {
    usage: '/file <path>',
    description: 'attach an image, a PDF or a text to the next message',
    run: async (path, { conversation }) => {
      conversation.attach(await readAttachment(required(path, 'file')))
      return `${path} goes with the next message.`
    },
  },
  save: {
    usage: '/save <file>',
    description: 'write the conversation to a new file, as Markdown, or JSON for a name in .json',
    run: async (file, { conversation }) => {
      const messages = conversation.messages()
      const text = required(file, 'save').endsWith('.json') ? `${JSON.stringify({ messages }, undefined, 2)}\n` : toMarkdown(messages)
      await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        throw new CliError(`${file} cannot be written: ${error.code === 'EEXIST' ? 'it is there already' : error.message}`)
      })
      return `The conversation is in ${file}.`
    },
  },
  clear: {
    usage: '/clear',
    description: 'forget what was said',
    run: (_, { conversation }) => {
      conversation.clear()
      return 'The conversation begins anew.'
    },
  },
  help: { usage: '/help', description: 'show this', run: () => help() },
}

/**
 * Runs a command that was typed into a chat.
 * @returns what to tell; undefined for an input that is no command
 * @throws CliError for one that does not exist or fails
 */
export async function runSlashCommand(input: string, context: SlashContext): Promise<string | undefined> {
  const [, name, argument = ''] = /^\/(\w+)(?:\s+([\s\S]*))?$/.exec(input) ?? []
  if (name === undefined) return undefined
  if (!Object.hasOwn(COMMANDS, name)) throw new CliError(`there is no command /${name}; /help lists them`)
  return COMMANDS[name]!.run(argument.trim(), context)
}

function help(): string {
  const lines = [...Object.values(COMMANDS).map(({ usage, description }) => [usage, description] as const), ['/exit', 'leave; so does Ctrl-D'] as const]
  return [
    ...lines.map(([usage, description]) => `${usage.padEnd(16)}${description}`),
    '',
    'A backslash at the end of a line goes on with the next; so does all between """ and """.',
    'Ctrl-C cancels an answer or what is being typed; twice, it leaves.',
  ].join('\n')
}

function required(argument: string, name: string): string {
  if (argument === '') throw new CliError(`it is ${COMMANDS[name]!.usage}`)
  return argument
}
