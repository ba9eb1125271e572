import { createHash } from 'node:crypto'
import { callsOf, textOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, CacheBreakpoint, CallPart, Message, Prompt, ToolMessage } from '../../core/prompt.ts'
import { shortId } from '../shared/openai-body.ts'
import { ownToken } from '../../core/own-token.ts'
import type { ToolNames } from '../shared/tool-names.ts'
import type { Target } from '../wire.ts'
import { breakpointIn, markCached, type Written } from './cache.ts'
import { type Dialect, takesNames } from './dialect.ts'
import { encodeContent, encodeResultFiles, resultText } from './encode-content.ts'
import { encodeReasoning } from './encode-reasoning.ts'
import { tellUnsigned } from './unsigned-steps.ts'

type Json = Record<string, unknown>

export interface MessageContext {
  target: Omit<Target, 'stream'>
  dialect: Dialect
  names: ToolNames
}

/** The conversation in the client's order. */
export function encodeMessages(messages: Prompt['messages'], context: MessageContext): Json[] {
  const { dialect, target } = context
  const written: Written[] = []
  let results: ToolMessage[] = []
  const idOf = ({ toolCallId }: ToolMessage) => encodeId(toolCallId, dialect)
  const write = (message: Json, cache?: CacheBreakpoint) => {
    if (message.role === 'user') written.push(...between(written.at(-1)?.message, dialect).map((said) => ({ message: said, cache: undefined })))
    written.push({ message, cache })
  }
  // The results of one step stand together; only after the last of them may a user speak.
  const endStep = () => {
    const files = encodeResultFiles(results, idOf)
    if (files) write(files)
    results = []
  }
  const told = tellUnsigned(messages, target, dialect)
  for (const message of messages.flatMap((message, index) => told.get(index) ?? [message])) {
    if (message.role !== 'tool') endStep()
    else results.push(message)
    write(encodeMessage(message, context), breakpointIn(message))
  }
  endStep()
  markCached(written, target, dialect)
  return written.map(({ message }) => message)
}

/** One of them, by itself. */
export function encodeMessage(message: Message, context: MessageContext): Json {
  switch (message.role) {
    case 'system':
      return { role: 'system', ...nameOf(message, context), content: message.content }
    case 'user':
      return { role: 'user', ...nameOf(message, context), content: encodeContent(message.content) }
    case 'assistant':
      return encodeAssistant(message, context)
    case 'tool':
      return { role: 'tool', tool_call_id: encodeId(message.toolCallId, context.dialect), content: resultText(message) }
  }
}

function nameOf({ name }: { name?: string }, { dialect }: MessageContext): Json {
  return name === undefined || !takesNames(dialect) ? {} : { name }
}

/** Mistral refuses a user's words right after a tool's; opencode has the model say this in between. */
function between(last: Json | undefined, { mistral }: Dialect): Json[] {
  return mistral && last?.role === 'tool' ? [{ role: 'assistant', content: 'Done.' }] : []
}

function encodeAssistant(message: AssistantMessage, context: MessageContext): Json {
  const calls = callsOf(message)
  const text = textOf(message)
  return {
    role: 'assistant',
    ...nameOf(message, context),
    content: text === '' && calls.length > 0 ? null : text,
    ...encodeReasoning(message, context.target, context.dialect),
    ...(calls.length > 0 && { tool_calls: calls.map((call) => encodeCall(call, context)) }),
  }
}

function encodeCall(call: CallPart, { target, dialect, names }: MessageContext): Json {
  return {
    id: encodeId(call.id, dialect),
    type: 'function',
    function: { name: names.toProvider(call.name), arguments: call.arguments },
    ...thoughtSignature(call, target),
  }
}

/** Gemini's, at Google's own server for this format; a raw one came in another format's field. */
export function thoughtSignature({ token }: CallPart, { model }: Pick<Target, 'model'>): Json {
  const own = token?.kind === 'thought-signature' && token.origin !== undefined ? ownToken(token, model.id) : undefined
  return own ? { extra_content: { google: { thought_signature: own.value } } } : {}
}

/** Mistral's ids have nine letters and digits. */
function encodeId(id: string, { mistral, longestId }: Dialect): string {
  if (!mistral) return shortId(id, longestId)
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9)
}
