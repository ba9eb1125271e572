import { callPart } from '../../core/assistant-message.ts'
import type { AssistantPart, FilePart } from '../../core/prompt.ts'
import { CallIds, type CallWords, givenId } from '../call-ids.ts'
import type { DraftMessage } from '../draft-prompt.ts'
import { checkFilled, emptyMessage } from '../invalid-value.ts'
import { readImage } from './image.ts'
import type { ChatMessage } from './schema.ts'

const WORDS: CallWords = { call: "call of 'tool_calls'", result: "message of the role 'tool'" }

/**
 * Turns the messages of a request into those of a prompt. Calls have ids only where a client kept them, so results belong
 * to them by name and order otherwise.
 * @param continues whether the first messages may be results of calls that were made before
 * @throws BridgeError 400 for calls and results that do not belong together, and for files that cannot be read
 */
export function decodeMessages(sent: readonly ChatMessage[], continues = false): DraftMessage[] {
  const ids = new CallIds(
    sent.flatMap(({ tool_calls: calls }) => (calls ?? []).map(({ id }) => id)),
    WORDS,
  )
  const begin = continues ? sent.findIndex(({ role }) => role !== 'tool') : 0
  const messages = sent.flatMap((message, index): DraftMessage[] => {
    const path = `messages[${index}]`
    if (message.role === 'tool') {
      const name = { id: message.tool_call_id, name: message.tool_name ?? message.name }
      const toolCallId = begin < 0 || index < begin ? givenId(name, `${path}.tool_call_id`, WORDS) : ids.end(name, path)
      return [{ role: 'tool', toolCallId, content: [{ type: 'text', text: message.content ?? '' }, ...imagesOf(message, path)] }]
    }
    ids.checkAnswered(path)
    switch (message.role) {
      case 'system':
        return message.content ? [{ role: 'system', content: message.content }] : []
      case 'user':
        return [{ role: 'user', content: userContent(message.content ?? '', imagesOf(message, path), path) }]
      case 'assistant': {
        const parts = assistantParts(message, ids, path)
        // Clients keep also an answer that has nothing.
        return parts.length === 0 ? [] : [{ role: 'assistant', parts }]
      }
    }
  })
  ids.checkAnswered(`messages[${sent.length - 1}]`)
  checkFilled(messages, 'messages')
  return messages
}

/** @throws BridgeError 400 for a message without content */
export function userContent(text: string, files: readonly FilePart[], param: string) {
  if (text === '' && files.length === 0) throw emptyMessage(param)
  return [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...files]
}

/** @throws BridgeError 400 as `readImage` does */
export function imagesOf({ images }: Pick<ChatMessage, 'images'>, path: string): FilePart[] {
  return (images ?? []).map((image, index) => readImage(image, `${path && `${path}.`}images[${index}]`))
}

function assistantParts({ thinking, content, tool_calls: calls }: ChatMessage, ids: CallIds, path: string): AssistantPart[] {
  return [
    ...(thinking ? [{ type: 'reasoning' as const, text: thinking }] : []),
    ...(content ? [{ type: 'text' as const, text: content }] : []),
    ...(calls ?? []).map(({ id: given, function: { name, arguments: args } }, index) => {
      const id = ids.begin({ id: given, name }, `${path}.tool_calls[${index}]`)
      return { ...callPart({ id, name, arguments: JSON.stringify(args ?? {}) }), ...(!given && { unnamed: true }) }
    }),
  ]
}
