import type { AssistantMessage, AssistantPart, CallPart, ContentPart, Message, ToolMessage } from '../core/prompt.ts'
import { resultsFrom, withTextResults } from '../core/tool-result.ts'
import { type Envelope, modelIdOf, type PartMetadata } from './contract.ts'
import { metadataOf } from './part-metadata.ts'
import { markSystem } from './system-role.ts'

/** opencode's stored form of a message, as far as the bridge writes it. */
export interface StoredMessage {
  info: Record<string, unknown> & { id: string; role: string; sessionID: string }
  parts: (Record<string, unknown> & { type: string })[]
}

/** A part without its ids. */
type StoredPart = [type: string, fields: object]

/** The system messages at the head of a conversation; opencode carries them beside the messages. */
export function leadingSystem(messages: Message[]): string[] {
  const system: string[] = []
  for (const message of messages) {
    if (message.role !== 'system') break
    system.push(message.content)
  }
  return system
}

/**
 * Writes the conversation in opencode's stored form. `base` is the stored user message that began the turn: the
 * session, the model and the agent are taken from it, because opencode reads them from the last user message.
 */
export function toStoredMessages(envelope: Envelope, base: StoredMessage['info']): StoredMessage[] {
  const conversation = withTextResults(envelope.messages.slice(leadingSystem(envelope.messages).length))
  return conversation.flatMap((message, index): StoredMessage[] => {
    const id = `msg_bridge${String(index).padStart(6, '0')}`
    const store = (parts: StoredPart[]) =>
      parts.map(([type, fields], number) => ({
        id: `prt_bridge${String(index).padStart(6, '0')}_${number}`,
        sessionID: base.sessionID,
        messageID: id,
        type,
        ...fields,
      }))
    switch (message.role) {
      case 'system':
        return [{ info: { ...base, id }, parts: store([['text', { text: markSystem(message.content) }]]) }]
      case 'user':
        return [{ info: { ...base, id }, parts: store(message.content.map(toStoredContent)) }]
      case 'assistant':
        return [
          { info: assistantInfo(envelope, base, id), parts: store(toStoredAnswer(message, resultsAfter(index, conversation), modelIdOf(envelope.model))) },
        ]
      case 'tool':
        // Carried by the call that it answers.
        return []
    }
  })
}

/** The results of a message's calls by id, which a later turn may use again. */
function resultsAfter(index: number, conversation: Message[]): Map<string, string> {
  const textOf = ({ content }: ToolMessage) => content.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return new Map(resultsFrom(conversation, index + 1).map((result) => [result.toolCallId, textOf(result)]))
}

function toStoredContent(part: ContentPart): StoredPart {
  if (part.type === 'text') return ['text', { text: part.text }]
  return ['file', { mime: part.mediaType, filename: part.filename, url: `data:${part.mediaType};base64,${part.data}` }]
}

function toStoredAnswer(answer: AssistantMessage, results: ReadonlyMap<string, string>, model: string): StoredPart[] {
  const stored: StoredPart[] = []
  const kept = metadataOf(answer, model)
  for (const [index, part] of answer.parts.entries()) {
    const metadata = kept[index]
    if (part.type === 'tool-call') stored.push(['tool', { ...storedCall(part, results), ...(metadata && { metadata }) }])
    else if (part.text !== '') stored.push(storedText(part, metadata))
    else if (metadata !== undefined) addMetadata(stored, part, metadata)
  }
  return stored
}

function storedText({ type, text }: Exclude<AssistantPart, CallPart>, metadata: PartMetadata | undefined): StoredPart {
  return [type, { text, ...(type === 'reasoning' && { time: { start: 0, end: 0 } }), ...(metadata && { metadata }) }]
}

/** Adds what stood alone to the part that it is of: opencode may have told it only after the calls behind that (`AnswerStream`). */
function addMetadata(stored: StoredPart[], part: Exclude<AssistantPart, CallPart>, metadata: PartMetadata): void {
  const index = stored.findLastIndex(([type]) => type === part.type)
  const [type, fields] = stored[index] ?? []
  if (type === undefined || 'metadata' in fields!) stored.push(storedText(part, metadata))
  else stored.splice(index, 1, [type, { ...fields, metadata }])
}

function storedCall({ id, name, arguments: args }: CallPart, results: ReadonlyMap<string, string>): object {
  const output = results.get(id) ?? ''
  const state = { status: 'completed', input: parseArguments(args), output, title: '', metadata: {}, time: { start: 0, end: 0 } }
  return { callID: id, tool: name, state }
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
