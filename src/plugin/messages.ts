import type { ContentPart, Message } from '../core/prompt.ts'
import type { Envelope } from './contract.ts'
import { markSystem } from './system-role.ts'

/** opencode's stored form of a message, as far as the bridge writes it. */
export interface StoredMessage {
  info: Record<string, unknown> & { id: string; role: string; sessionID: string }
  parts: (Record<string, unknown> & { type: string })[]
}

/** The system messages at the head of a conversation; opencode carries them beside the messages. */
export function leadingSystem(messages: Message[]): string[] {
  const end = messages.findIndex((message) => message.role !== 'system')
  const head = end < 0 ? messages : messages.slice(0, end)
  return head.map((message) => message.content as string)
}

/**
 * Writes the conversation in opencode's stored form. `base` is the stored user message that began the turn: the
 * session, the model and the agent are taken from it, because opencode reads them from the last user message.
 */
export function toStoredMessages(envelope: Envelope, base: StoredMessage['info']): StoredMessage[] {
  const conversation = envelope.messages.slice(leadingSystem(envelope.messages).length)
  return conversation.flatMap((message, index): StoredMessage[] => {
    const id = `msg_bridge${String(index).padStart(6, '0')}`
    const part = (type: string, fields: object, number: number) => ({
      id: `prt_bridge${String(index).padStart(6, '0')}_${number}`,
      sessionID: base.sessionID,
      messageID: id,
      type,
      ...fields,
    })
    switch (message.role) {
      case 'system':
      case 'user': {
        const content: ContentPart[] = message.role === 'user' ? message.content : [{ type: 'text', text: markSystem(message.content) }]
        return [{ info: { ...base, id }, parts: content.map((item, number) => part(...toStoredPart(item), number)) }]
      }
      case 'assistant': {
        const parts: [string, object][] = []
        if (message.reasoning) parts.push(['reasoning', { text: message.reasoning, time: { start: 0, end: 0 } }])
        if (message.content) parts.push(['text', { text: message.content }])
        const results = resultsAfter(index, conversation)
        for (const call of message.toolCalls) {
          parts.push(['tool', { callID: call.id, tool: call.name, state: completed(call.arguments, results.get(call.id) ?? '') }])
        }
        const info = assistantInfo(envelope, base, id)
        return [{ info, parts: parts.map(([type, fields], number) => part(type, fields, number)) }]
      }
      case 'tool':
        // Carried by the call that it answers.
        return []
    }
  })
}

/** The results of a message's calls by id, which a later turn may use again. */
function resultsAfter(index: number, conversation: Message[]): Map<string, string> {
  const rest = conversation.slice(index + 1)
  const end = rest.findIndex((message) => message.role !== 'tool')
  const results = end < 0 ? rest : rest.slice(0, end)
  return new Map(results.flatMap((message) => (message.role === 'tool' ? [[message.toolCallId, message.content]] : [])))
}

function toStoredPart(part: ContentPart): [string, object] {
  if (part.type === 'text') return ['text', { text: part.text }]
  return [
    'file',
    { mime: part.mediaType, filename: part.filename, url: `data:${part.mediaType};base64,${part.data}` },
  ]
}

function completed(args: string, output: string): object {
  return { status: 'completed', input: parseArguments(args), output, title: '', metadata: {}, time: { start: 0, end: 0 } }
}

function parseArguments(args: string): unknown {
  try {
    return JSON.parse(args)
  } catch {
    return { value: args }
  }
}

function assistantInfo(envelope: Envelope, base: StoredMessage['info'], id: string): StoredMessage['info'] {
  return {
    id,
    sessionID: base.sessionID,
    role: 'assistant',
    parentID: base.id,
    agent: base.agent,
    mode: base.agent,
    // The same model as the one that answers now; else opencode drops the reasoning.
    providerID: envelope.model.providerID,
    modelID: envelope.model.modelID,
    path: { cwd: '/', root: '/' },
    time: { created: 0, completed: 0 },
    finish: 'stop',
    cost: 0,
    tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } },
  }
}
