import { BridgeError } from '../../core/errors.ts'
import { callPart } from '../../core/assistant-message.ts'
import type { AssistantMessage, CallPart } from '../../core/prompt.ts'
import type { InlineData } from '../../core/inline-data.ts'
import { argumentsOf, holdsInput } from '../custom-tool.ts'
import { isRemote, parseBase64, parseDataUrl } from '../data-url.ts'
import type { DraftMessage, DraftPart } from '../draft-prompt.ts'
import { fileToPart } from '../file-part.ts'
import { HistoryParts } from '../history-parts.ts'
import { emptyMessage, invalidValue, unsupportedValue } from '../invalid-value.ts'
import { decodeReasoning } from './decode-reasoning.ts'
import { inOrder } from './part-order.ts'
import type { ChatMessage, ToolCallItem, UserPart } from './schema.ts'

type AssistantFields = Extract<ChatMessage, { role: 'assistant' }>

const AUDIO_MEDIA_TYPES = { wav: 'audio/wav', mp3: 'audio/mpeg' }

/**
 * Turns the messages of a request into those of a prompt, in the same order.
 * @param customs names of the tools that take a text
 * @throws BridgeError 400 for a message of the user's that says nothing, and for a part whose content is not in the request
 */
export function decodeMessages(messages: readonly ChatMessage[], customs: ReadonlySet<string>): DraftMessage[] {
  return messages.map((message, index) => decodeMessage(message, `messages[${index}]`, customs))
}

function decodeMessage(message: ChatMessage, path: string, customs: ReadonlySet<string>): DraftMessage {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', ...nameOf(message), content: joinText(message.content) }
    case 'user':
      checkNotEmpty(message.content, `${path}.content`)
      return { role: 'user', ...nameOf(message), content: decodeUserContent(message.content, `${path}.content`) }
    case 'assistant':
      return decodeAssistant(message, customs)
    case 'tool':
      return { role: 'tool', toolCallId: message.tool_call_id, content: decodeResult(message.content, `${path}.content`) }
  }
}

/** No provider takes a user message without content, and opencode fails on it. */
function checkNotEmpty(content: string | UserPart[], param: string): void {
  const empty = typeof content === 'string' ? content === '' : content.every((part) => part.type === 'text' && part.text === '')
  if (empty) throw emptyMessage(param)
}

function nameOf({ name }: { name?: string | null | undefined }): { name?: string } {
  return name ? { name } : {}
}

function decodeAssistant(message: AssistantFields, customs: ReadonlySet<string>): AssistantMessage {
  // A refusal is what the model said; without it the conversation would have a gap.
  const text = joinText(message.content ?? '') || (message.refusal ?? '')
  const { parts, elsewhere, order } = decodeReasoning(message)
  const history = new HistoryParts()
  for (const part of parts) history.add(part)
  history.addText('text', text)
  for (const placed of elsewhere) history.addToken(placed)
  for (const call of message.tool_calls ?? []) history.add(decodeCall(call, customs))
  return { role: 'assistant', ...nameOf(message), parts: order ? [...inOrder(history.parts(), order)] : history.parts() }
}

/** A text that stands in the place of a function's arguments is that of a tool which takes one. */
function decodeCall(call: ToolCallItem, customs: ReadonlySet<string>): CallPart {
  const { id } = call
  if (call.type === 'custom') return callPart({ id, name: call.custom.name, arguments: argumentsOf(call.custom.input) })
  const { name, arguments: text } = call.function
  return callPart({ id, name, arguments: customs.has(name) && !holdsInput(text) ? argumentsOf(text) : text })
}

/** Texts of a result are one. */
function decodeResult(content: string | UserPart[], path: string): DraftPart[] {
  if (typeof content !== 'string' && content.some(({ type }) => type !== 'text')) return decodeUserContent(content, path)
  const text = typeof content === 'string' ? content : content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return [{ type: 'text', text }]
}

function decodeUserContent(content: string | UserPart[], path: string): DraftPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.map((part, index) => decodeUserPart(part, `${path}[${index}]`))
}

function decodeUserPart(part: UserPart, param: string): DraftPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image_url':
      return decodeImage(part.image_url.url, param)
    case 'input_audio': {
      const { data, format } = part.input_audio
      return { type: 'file', param, mediaType: AUDIO_MEDIA_TYPES[format], data: parseBase64(data, `${param}.input_audio.data`) }
    }
    case 'file':
      return fileToPart(readFile(part.file, `${param}.file`), part.file.filename ?? undefined, param)
  }
}

function decodeImage(url: string, param: string): DraftPart {
  if (isRemote(url)) return { type: 'remote-file', param, url }
  const field = `${param}.image_url.url`
  const content = parseDataUrl(url, field)
  if (content.mediaType.startsWith('image/')) return { type: 'file', param, ...content }
  throw invalidValue(field, "its media type is not that of an image. Send other files as a part of type 'file'")
}

function readFile(file: Extract<UserPart, { type: 'file' }>['file'], path: string): InlineData {
  if (typeof file.file_data === 'string') return parseDataUrl(file.file_data, `${path}.file_data`)
  if (typeof file.file_id === 'string') {
    throw unsupportedValue(`${path}.file_id`, "names an uploaded file, which the bridge does not have. Send 'file_data'")
  }
  throw new BridgeError(`Missing required parameter: '${path}.file_data'.`, {
    code: 'missing_required_parameter',
    status: 400,
    param: `${path}.file_data`,
  })
}

function joinText(content: string | ({ type: 'text'; text: string } | { type: 'refusal'; refusal: string })[]): string {
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : part.refusal)).join('')
}
