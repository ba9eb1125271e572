import type { ParsedArgs } from 'citty'
import { collectAttachments } from '../attachments/collect.ts'
import { command } from '../command-line/called-as.ts'
import { usageError } from '../command-line/failure.ts'
import { valuesOf } from '../command-line/repeatable.ts'
import type { KeptConversation } from '../conversations/conversation-file.ts'
import type { ChatMessage, ChatPart, ChatRequest } from '../daemon/chat-api.ts'
import { fillTemplate } from '../templates/fill-template.ts'
import type { Template } from '../templates/template.ts'
import type { askArgs } from './ask-args.ts'
import { readNumber, readParameters } from './parameters.ts'
import { combinePrompt, readPipe } from './prompt-text.ts'
import { readSchema, responseFormat } from './schema.ts'

export type AskArgs = ParsedArgs<typeof askArgs>

export interface QuestionParts {
  args: AskArgs
  template: Template | undefined
  /** What was said before. */
  earlier: KeptConversation
  /** Reads what is piped in, to its end. */
  readStdin(): Promise<Buffer>
}

/**
 * The request that a command line makes.
 * @throws CliError for a command line that asks nothing, or what cannot be read
 */
export async function buildQuestion({ args, template, earlier, readStdin }: QuestionParts): Promise<ChatRequest> {
  // What cannot be right is told before anybody is waited for.
  const parameters = { ...template?.options, ...parametersOf(args, template) }
  const files = valuesOf(args.file)
  const attached = await collectAttachments(files, readStdin)
  const piped = files.includes('-') || !args.stdin ? { text: '', parts: [] } : readPipe(await readStdin())
  const { prompt, system } = textsOf(args, template, piped.text)
  const parts = [...attached, ...piped.parts]
  if (prompt === undefined && parts.length === 0) throw usageError('the prompt is empty', `${command} ask "why is the sky blue?"`)
  const model = args.model ?? template?.model ?? earlier.model
  return {
    ...parameters,
    ...(model !== undefined && { model }),
    messages: [...withSystem(system, earlier.messages), { role: 'user', content: contentOf(prompt, parts) }],
  }
}

function parametersOf(args: AskArgs, template: Template | undefined): Record<string, unknown> {
  const { temperature, effort, schema } = args
  const limit = args['max-tokens']
  const wanted = schema === undefined ? template?.schema : schema
  return {
    ...(wanted !== undefined && { response_format: responseFormat(typeof wanted === 'string' ? readSchema(wanted) : wanted) }),
    ...readParameters(valuesOf(args.option)),
    ...(temperature !== undefined && { temperature: readNumber('temperature', temperature, { min: 0, max: 2 }) }),
    ...(limit !== undefined && { max_completion_tokens: readNumber('max-tokens', limit, { min: 1, whole: true }) }),
    ...(effort !== undefined && { reasoning_effort: effort }),
  }
}

function textsOf(args: AskArgs, template: Template | undefined, piped: string): { prompt: string | undefined; system: string | undefined } {
  const input = combinePrompt(args._, piped)
  const values = readValues(valuesOf(args.param))
  if (!template) return { prompt: input, system: args.system }
  const filled = fillTemplate(template, args.template!, values, input ?? '')
  return { prompt: filled.prompt === '' ? undefined : filled.prompt, system: args.system ?? filled.system }
}

function readValues(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw usageError(`-p ${pair} is no name=value`, 'such as -p language=German')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

function contentOf(text: string | undefined, parts: ChatPart[]): ChatMessage['content'] {
  if (parts.length === 0) return text!
  return text === undefined ? parts : [...parts, { type: 'text', text }]
}

/** A new system prompt takes the place of the conversation's. */
function withSystem(system: string | undefined, earlier: ChatMessage[]): ChatMessage[] {
  return system ? [{ role: 'system', content: system }, ...earlier.filter(({ role }) => role !== 'system')] : earlier
}
