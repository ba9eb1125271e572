import { markError } from '../../core/tool-result.ts'
import { asKind } from '../../core/kept-token.ts'
import type { AssistantMessage, AssistantPart, ContentPart, FilePart, Message, Prompt, Token, ToolMessage } from '../../core/prompt.ts'
import { audioOf, dataUrl, filenameOf, shortId } from '../shared/openai-body.ts'
import { ownToken } from '../../core/own-token.ts'
import { isChatGpt, isCopilot } from '../shared/providers.ts'
import type { ToolNames } from '../shared/tool-names.ts'
import type { Target } from '../wire.ts'

type Json = Record<string, unknown>

/** Characters of the longest `call_id`. */
const LONGEST_ID = 64

/** The conversation as items, in the client's order. Only reasoning has its id: any other would demand its reasoning. */
export function encodeInput(messages: Prompt['messages'], target: Target, names: ToolNames): Json[] {
  return withoutDuplicates(messages.flatMap((message) => encodeMessage(message, target, names)))
}

function encodeMessage(message: Message, target: Target, names: ToolNames): Json[] {
  switch (message.role) {
    case 'system':
      // ChatGPT's backend refuses the role of the system.
      return [{ role: isChatGpt(target.form) ? 'developer' : 'system', content: message.content }]
    case 'user':
      return [{ role: 'user', content: message.content.map(encodePart) }]
    case 'assistant':
      return encodeAssistant(message, target, names)
    case 'tool':
      return [{ type: 'function_call_output', call_id: shortId(message.toolCallId, LONGEST_ID), output: encodeOutput(message) }]
  }
}

/** OpenAI refuses an id that comes twice, as it does where a client tells an answer again. */
function withoutDuplicates(items: readonly Json[]): Json[] {
  const ids = new Set<unknown>()
  return items.filter(({ id }) => {
    const isFirst = id === undefined || !ids.has(id)
    ids.add(id)
    return isFirst
  })
}

/** Reasoning that nothing follows is refused. */
function encodeAssistant({ parts }: AssistantMessage, target: Target, names: ToolNames): Json[] {
  const last = parts.findLastIndex((part) => part.type === 'tool-call' || (part.type === 'text' && part.text !== ''))
  return parts.slice(0, last + 1).flatMap((part) => encodeAnswerPart(part, target, names))
}

function encodeAnswerPart(part: AssistantPart, target: Target, names: ToolNames): Json[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ role: 'assistant', content: [{ type: 'output_text', text: part.text }] }]
    case 'reasoning':
      return encodeReasoning(part.text, part.token, target)
    case 'tool-call':
      return [{ type: 'function_call', call_id: shortId(part.id, LONGEST_ID), name: names.toProvider(part.name), arguments: part.arguments }]
  }
}

/** Visible reasoning has no place without what the provider encrypted, or keeps under an id. */
export function encodeReasoning(text: string, token: Token | undefined, { model, form }: Pick<Target, 'model' | 'form'>): Json[] {
  const own = ownToken(token, model.id)
  const kept = own && asKind(own, 'encrypted')
  const id = kept?.id
  const encrypted = kept?.value || undefined
  if (id === undefined && encrypted === undefined) return []
  // Copilot's ids hold for one connection, and those of ChatGPT's backend for none; opencode and Codex leave them out.
  const isNameless = encrypted !== undefined && (isCopilot(form) || isChatGpt(form))
  return [
    {
      type: 'reasoning',
      ...(id !== undefined && !isNameless && { id }),
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
      ...(encrypted !== undefined && { encrypted_content: encrypted }),
    },
  ]
}

/** A text where it is nothing else: files need a list. */
function encodeOutput({ content, isError }: ToolMessage): string | Json[] {
  const texts = content.filter((part) => part.type === 'text')
  if (texts.length < content.length) return content.map(encodePart)
  const text = texts.map((part) => part.text).join('\n\n')
  return isError ? markError(text) : text
}

function encodePart(part: ContentPart): Json {
  return part.type === 'text' ? { type: 'input_text', text: part.text } : encodeFile(part)
}

function encodeFile(file: FilePart): Json {
  if (file.mediaType.startsWith('image/')) return { type: 'input_image', image_url: dataUrl(file) }
  if (file.mediaType.startsWith('audio/')) return { type: 'input_audio', input_audio: audioOf(file) }
  return { type: 'input_file', filename: filenameOf(file), file_data: dataUrl(file) }
}
