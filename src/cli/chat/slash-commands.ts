import { writeFile } from 'node:fs/promises'
import { readAttachment } from '../attachments/attachment.ts'
import { CliError } from '../command-line/failure.ts'
import { toMarkdown } from '../conversations/transcript.ts'
import type { Client } from '../daemon/client.ts'
import { expandHome } from './completion.ts'
import { type ChatConversation, type Question, reword, wordsOf } from './conversation.ts'

export interface SlashContext {
  conversation: ChatConversation
  client: Client
  signal: AbortSignal
  /** Lets a text be edited. */
  edit(text: string): Promise<string>
}

/** What to tell the person who typed a command, or what it asks. */
export type Outcome = string | Question

interface SlashCommand {
  usage: string
  description: string
  run(argument: string, context: SlashContext): Outcome | Promise<Outcome>
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
    description: 'attach an image, a PDF, a sound or a text to the next message',
    run: async (path, { conversation }) => {
      conversation.attach(await readAttachment(expandHome(required(path, 'file'))))
      return `${path} goes with the next message.`
    },
  },
  retry: {
    usage: '/retry [id]',
    description: 'ask the last question again, in its place; of another model from now on, with its id',
    run: (id, { conversation }) => {
      const question = lastQuestion(conversation)
      if (id !== '') conversation.model = id
      return question
    },
  },
  edit: {
    usage: '/edit [text]',
    description: 'write a question in $EDITOR; without a text: change the last one, and ask that in its place',
    run: async (text, { conversation, edit }) => {
      const last = text === '' ? conversation.lastQuestion() : undefined
      const edited = (await edit(last ? wordsOf(last.content) : text)).trimEnd()
      if (edited.trim() === '') return 'Nothing was written, so nothing is asked.'
      return last ? reword(last, edited) : conversation.question(edited)
    },
  },
  cost: {
    usage: '/cost',
    description: 'what this chat has used so far',
    run: (_, { conversation }) => conversation.spent.inWords(),
  },
  save: {
    usage: '/save <file>',
    description: 'write the conversation to a new file, as Markdown, or JSON for a name in .json',
    run: async (file, { conversation }) => {
      const messages = conversation.messages()
      const text = required(file, 'save').endsWith('.json') ? `${JSON.stringify({ messages }, undefined, 2)}\n` : toMarkdown(messages)
      await writeFile(expandHome(file), text, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
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

/** For completion. */
export const COMMAND_NAMES: readonly string[] = [...Object.keys(COMMANDS), 'exit']

/**
 * Runs a command that was typed into a chat.
 * @returns undefined for an input that is no command
 * @throws CliError for one that does not exist or fails
 */
export async function runSlashCommand(input: string, context: SlashContext): Promise<Outcome | undefined> {
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
    'What is pasted is one question, as is all between """ and """; a backslash at the end of a line goes on with the next.',
    'The arrows and Ctrl-R find what was typed before; Tab completes commands, models and files.',
    'Ctrl-C cancels an answer, or what is being typed; where there is neither, twice leaves.',
  ].join('\n')
}

function lastQuestion(conversation: ChatConversation): Question {
  const question = conversation.lastQuestion()
  if (question === undefined) throw new CliError('nothing was asked yet')
  return question
}

function required(argument: string, name: string): string {
  if (argument === '') throw new CliError(`it is ${COMMANDS[name]!.usage}`)
  return argument
}
