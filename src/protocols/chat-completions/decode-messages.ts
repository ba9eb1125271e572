import { BridgeError } from '../../core/errors.ts'
import type { AssistantMessage, ContentPart, Message } from '../../core/prompt.ts'
import { checkBase64, parseDataUrl } from '../data-url.ts'
import type { ChatMessage, UserPart } from './schema.ts'

const AUDIO_MEDIA_TYPES = { wav: 'audio/wav', mp3: 'audio/mpeg' }

/**
 * Turns the messages of a request into those of a prompt, in the same order.
 * @throws BridgeError 400 for a part whose content is not in the request
 */
export function decodeMessages(messages: readonly ChatMessage[]): Message[] {
  return messages.map((message, index) => decodeMessage(message, `messages[${index}]`))
}

function decodeMessage(message: ChatMessage, path: string): Message {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: joinText(message.content) }
    case 'user':
      return { role: 'user', content: decodeUserContent(message.content, `${path}.content`) }
    case 'assistant':
      return decodeAssistant(message)
    case 'tool':
      return { role: 'tool', toolCallId: message.tool_call_id, content: joinText(message.content) }
  }
}

function decodeAssistant(message: Extract<ChatMessage, { role: 'assistant' }>): AssistantMessage {
  const toolCalls = (message.tool_calls ?? []).map(({ id, function: call }) => ({
    id,
    name: call.name,
    arguments: call.arguments,
  }))
  return {
    role: 'assistant',
    // A refusal is what the model said; without it the conversation would have a gap.
    content: joinText(message.content ?? '') || (message.refusal ?? ''),
    ...(message.reasoning_content && { reasoning: message.reasoning_content }),
    toolCalls,
  }
}

function decodeUserContent(content: string | UserPart[], path: string): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.map((part, index) => decodeUserPart(part, `${path}[${index}]`))
}

function decodeUserPart(part: UserPart, path: string): ContentPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image_url':
      return { type: 'file', ...parseDataUrl(part.image_url.url, `${path}.image_url.url`) }
    case 'input_audio': {
      const { data, format } = part.input_audio
      return { type: 'file', mediaType: AUDIO_MEDIA_TYPES[format], data: checkBase64(data, `${path}.input_audio.data`) }
    }
    case 'file':
      return decodeFile(part.file, `${path}.file`)
  }
}

function decodeFile(file: Extract<UserPart, { type: 'file' }>['file'], path: string): ContentPart {
  if (typeof file.file_data === 'string') {
    const content = parseDataUrl(file.file_data, `${path}.file_data`)
    return { type: 'file', ...content, ...(file.filename && { filename: file.filename }) }
  }
  if (typeof file.file_id === 'string') {
    throw new BridgeError(`'${path}.file_id' names an uploaded file, which the bridge does not have. Send 'file_data'.`, {
      code: 'unsupported_value',
      status: 400,
      param: `${path}.file_id`,
    })
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
