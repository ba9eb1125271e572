import { createHash } from 'node:crypto'
import { callsOf, textOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, CallPart, Prompt, ToolMessage } from '../../core/prompt.ts'
import { shortId } from '../shared/openai-body.ts'
import { ownToken } from '../shared/own-token.ts'
import type { ToolNames } from '../shared/tool-names.ts'
import type { Target } from '../wire.ts'
import type { Dialect } from './dialect.ts'
import { encodeContent, encodeResultFiles, resultText } from './encode-content.ts'
import { encodeReasoning } from './encode-reasoning.ts'

type Json = Record<string, unknown>

export interface MessageContext {
  target: Target
  dialect: Dialect
  names: ToolNames
}

/** The conversation in the client's order. */
export function encodeMessages(messages: Prompt['messages'], context: MessageContext): Json[] {
  const { dialect } = context
  const encoded: Json[] = []
  let results: ToolMessage[] = []
  const idOf = ({ toolCallId }: ToolMessage) => encodeId(toolCallId, dialect)
  // The results of one step stand together; only after the last of them may a user speak.
  const endStep = () => {
    const files = encodeResultFiles(results, idOf)
    if (files) encoded.push(...between(encoded, dialect), files)
    results = []
  }
  for (const message of messages) {
    if (message.role !== 'tool') endStep()
    switch (message.role) {
      case 'system':
        encoded.push({ role: 'system', content: message.content })
        break
      case 'user':
        encoded.push(...between(encoded, dialect), { role: 'user', content: encodeContent(message.content) })
        break
      case 'assistant':
        encoded.push(encodeAssistant(message, context))
        break
      case 'tool':
        encoded.push({ role: 'tool', tool_call_id: idOf(message), content: resultText(message) })
        results.push(message)
    }
  }
  endStep()
  return encoded
}

/** Mistral refuses a user's words right after a tool's; opencode has the model say this in between. */
function between(encoded: readonly Json[], { mistral }: Dialect): Json[] {
  return mistral && encoded.at(-1)?.role === 'tool' ? [{ role: 'assistant', content: 'Done.' }] : []
}

function encodeAssistant(message: AssistantMessage, context: MessageContext): Json {
  const calls = callsOf(message)
  const text = textOf(message)
  return {
    role: 'assistant',
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
function thoughtSignature({ token }: CallPart, { model }: Target): Json {
  const own = token?.kind === 'thought-signature' && token.origin !== undefined ? ownToken(token, model.id) : undefined
  return own ? { extra_content: { google: { thought_signature: own.value } } } : {}
}

/** Mistral's ids have nine letters and digits. */
function encodeId(id: string, { mistral, longestId }: Dialect): string {
  if (!mistral) return shortId(id, longestId)
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9)
}
