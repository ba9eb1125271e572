import { describe, expect, it } from 'vitest'
import { textOf } from '../../src/core/assistant-message.ts'
import type { AssistantMessage, AssistantPart, Token, TokenKind } from '../../src/core/prompt.ts'
import { assembleAnswer } from '../../src/protocols/answer.ts'
import { chatCompletions } from '../../src/protocols/chat-completions/index.ts'
import { gemini } from '../../src/protocols/gemini/index.ts'
import { messages } from '../../src/protocols/messages/index.ts'
import type { EncodedEvent, Protocol } from '../../src/protocols/protocol.ts'
import { createResponses, responses } from '../../src/protocols/responses/index.ts'
import { recall } from '../../src/server/recall.ts'
import { ResponseStore } from '../../src/server/response-store.ts'
import { numbers } from '../generation/scripted-engine.ts'

/** Whatever a model gives, a client that sends its answer back as it got it brings all tokens back, each to its part. */

type Body = Record<string, any>

interface Client {
  protocol: Protocol
  /** A request with what was said before. */
  body(before: unknown[]): Body
  /** What the client keeps of an answer, and the results of its calls. */
  keep(answer: any, calls: string[]): unknown[]
  /** The answer that the events of a stream come to. */
  join(events: any[]): unknown
}

const user = { role: 'user', content: 'Hi' }

/** For the requests of one client, who keeps what is said. */
function keepingResponses(): Protocol {
  const kept = new ResponseStore().of('a').follow(() => {})
  return { ...responses, read: (body, context) => createResponses(recall(body, kept), kept).read(body, context) }
}

const CLIENTS: Record<string, () => Client> = {
  messages: () => ({
    protocol: messages,
    body: (before) => ({ max_tokens: 9, messages: [user, ...before] }),
    keep: ({ role, content }, calls) => [
      { role, content },
      ...(calls.length > 0 ? [{ role: 'user', content: calls.map((id) => ({ type: 'tool_result', tool_use_id: id })) }] : [user]),
    ],
    join: (events) => ({
      role: 'assistant',
      content: events.reduce(addToBlocks, []).map(({ json, ...block }: Body) => (json ? { ...block, input: JSON.parse(json) } : block)),
    }),
  }),
  'messages without thoughts': () => ({
    ...CLIENTS.messages!(),
    body: (before) => ({ max_tokens: 9, messages: [user, ...before], thinking: { type: 'adaptive', display: 'omitted' } }),
  }),
  gemini: () => ({
    protocol: gemini,
    body: (before) => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }, ...before], generationConfig: { thinkingConfig: { includeThoughts: true } } }),
    keep: ({ candidates: [{ content }] }, calls) => [
      content,
      ...(calls.length > 0
        ? [{ role: 'user', parts: calls.map((id) => ({ functionResponse: { id, name: 'read', response: {} } })) }]
        : [{ role: 'user', parts: [{ text: 'And?' }] }]),
    ],
    join: (events) => ({ candidates: [{ content: { role: 'model', parts: events.flatMap(({ candidates: [candidate] }) => candidate.content.parts) } }] }),
  }),
  'gemini without thoughts': () => ({ ...CLIENTS.gemini!(), body: (before) => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }, ...before] }) }),
  'responses with encrypted content': () => ({
    protocol: keepingResponses(),
    body: (before) => ({ store: false, include: ['reasoning.encrypted_content'], input: [user, ...before] }),
    keep: ({ output }, calls) => [...output, ...calls.map((id) => ({ type: 'function_call_output', call_id: id, output: '' }))],
    join: (events) => events.at(-1).response,
  }),
  'responses by references': () => ({
    protocol: keepingResponses(),
    body: (before) => ({ input: [user, ...before] }),
    keep: ({ output }, calls) => [
      ...output.map(({ id }: any) => ({ type: 'item_reference', id })),
      ...calls.map((id) => ({ type: 'function_call_output', call_id: id, output: '' })),
    ],
    join: (events) => events.at(-1).response,
  }),
  chat: () => ({
    protocol: chatCompletions,
    body: (before) => ({ messages: [user, ...before] }),
    keep: ({ choices: [{ message }] }, calls) => [message, ...calls.map((id) => ({ role: 'tool', tool_call_id: id, content: '' }))],
    join: (events) => ({ choices: [{ message: events.reduce(addToMessage, { role: 'assistant', content: '' }) }] }),
  }),
}

function addToBlocks(blocks: Body[], event: Body): Body[] {
  const block = blocks[event.index]
  if (event.type === 'content_block_start') return [...blocks, { ...event.content_block }]
  if (event.type !== 'content_block_delta') return blocks
  const { type, text = '', thinking = '', signature = '', partial_json: json = '' } = event.delta
  if (type === 'text_delta') block!.text += text
  if (type === 'thinking_delta') block!.thinking += thinking
  if (type === 'signature_delta') block!.signature += signature
  if (type === 'input_json_delta') block!.json = (block!.json ?? '') + json
  return blocks
}

/** Items of `reasoning_details` stay in the pieces in which they came. */
function addToMessage(message: Body, { choices: [{ delta }] }: Body): Body {
  const { content = '', reasoning_content: thought = '', reasoning_details: details = [], tool_calls: calls = [] } = delta
  const called = [...(message.tool_calls ?? [])]
  for (const { index, id, function: made } of calls) {
    if (id) called[index] = { id, type: 'function', function: { ...made } }
    else called[index].function.arguments += made.arguments
  }
  return {
    ...message,
    content: message.content + content,
    reasoning_content: (message.reasoning_content ?? '') + thought,
    reasoning_details: [...(message.reasoning_details ?? []), ...details],
    ...(called.length > 0 && { tool_calls: called }),
  }
}

/** What a client in Anthropic's format gets: the token of a text that ends the turn is left out, and so is the text where it is empty. */
function withoutLastToken(parts: AssistantPart[]): AssistantPart[] {
  if (parts.some(({ type }) => type === 'tool-call')) return parts
  const shown = parts.slice(0, parts.findLastIndex((part) => part.type !== 'text' || part.text !== '') + 1)
  const last = shown.at(-1)
  return last?.type === 'text' ? [...shown.slice(0, -1), { type: 'text', text: last.text }] : shown
}

const KINDS: TokenKind[] = ['signature', 'redacted', 'thought-signature', 'encrypted', 'metadata']

function roundTrip({ protocol, body, keep, join }: Client, parts: AssistantPart[], stream: boolean): AssistantPart[] {
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
  const encoder = protocol.read(body([])).decode('x/y').createEncoder({ id: 'abc', created: 1 })
  const events = eventsOf(parts)
  const answer = stream ? join(events.flatMap((event) => encoder.event(event, 0)).flatMap(dataOf)) : encoder.answer([assembleAnswer(events)])
  const kept = keep(JSON.parse(JSON.stringify(answer)), calls)
  const { prompt } = protocol.read(JSON.parse(JSON.stringify(body(kept)))).decode('x/y')
  return prompt.messages.filter((message): message is AssistantMessage => message.role === 'assistant').flatMap((message) => message.parts)
}

function dataOf(frame: string): unknown[] {
  const data = /^data: (\{.*)$/m.exec(frame)?.[1]
  return data === undefined ? [] : [JSON.parse(data)]
}

function eventsOf(parts: AssistantPart[]): EncodedEvent[] {
  let calls = 0
  const events = parts.flatMap((part): EncodedEvent[] => {
    const { token } = part
    if (part.type !== 'tool-call') {
      return [
        { type: part.type === 'text' ? 'text-delta' : 'reasoning-delta', text: part.text },
        ...(token ? [{ type: 'part-token' as const, part: part.type, token }] : []),
      ]
    }
    const index = calls++
    return [
      { type: 'tool-call-start', index, id: part.id, name: part.name },
      { type: 'tool-call-delta', index, arguments: part.arguments },
      ...(token ? [{ type: 'part-token' as const, part: part.type, index, token }] : []),
    ]
  })
  return [...events, { type: 'finish', reason: 'stop', usage: undefined }]
}

/** A list of parts as a model could give it, with tokens of one vendor or of several. */
function randomParts(random: () => number): AssistantPart[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const length = 1 + Math.floor(random() * 7)
  const parts: AssistantPart[] = []
  for (let index = 0; index < length; index++) {
    const type = pick(['reasoning', 'text', 'tool-call'] as const)
    const kind = pick(KINDS)
    const token: Token = { kind, value: `${kind}${index}+/=`, origin: pick(['a/b', 'c/d']), ...(kind === 'encrypted' && { id: `rs_${index}` }) }
    const own = random() < 0.6 ? { token } : {}
    const text = 'token' in own && random() < 0.3 ? '' : `${type} ${index}.`
    const last = parts.at(-1)
    // They would be one.
    if (last?.type === type && last.token === undefined && type !== 'tool-call') continue
    if (type === 'tool-call') parts.push({ type, id: `call_${index}`, name: 'read', arguments: `{"n":${index}}`, ...own })
    else parts.push({ type, text, ...own })
  }
  // A message that says something: reasoning alone leads nowhere.
  return parts.some(({ type, ...part }) => type === 'tool-call' || (type === 'text' && 'text' in part && part.text !== ''))
    ? parts
    : [...parts, { type: 'text', text: 'So.', token: { kind: 'metadata', value: '{}', origin: 'a/b' } }]
}

const ROUNDS = 200

describe.each(['messages', 'responses with encrypted content', 'responses by references', 'gemini'])('%s', (name) => {
  it.each([false, true])('brings every part back, in its order (stream: %s)', (stream) => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const parts = randomParts(numbers(seed))
      const expected = name === 'messages' ? withoutLastToken(parts) : parts
      expect(withOrigins(roundTrip(CLIENTS[name]!(), parts, stream)), `seed ${seed}`).toEqual(expected.map(anyOrigin))
    }
  })
})

describe.each(['messages without thoughts', 'gemini without thoughts'])('%s', (name) => {
  it.each([false, true])('brings every part with a token back, with what it vouches for (stream: %s)', (stream) => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const parts = randomParts(numbers(seed))
      const told = parts.filter((part) => part.type !== 'reasoning' || part.token)
      const expected = (name.startsWith('messages') ? withoutLastToken(told) : told).map((part) =>
        part.type === 'reasoning' && vouchesForNothing(part.token!) ? { ...part, text: '' } : part,
      )
      expect(withOrigins(merged(roundTrip(CLIENTS[name]!(), parts, stream))), `seed ${seed}`).toEqual(merged(expected).map(anyOrigin))
    }
  })
})

describe('chat', () => {
  it.each([false, true])('brings every part back, in its order where a provider may ask for it (stream: %s)', (stream) => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const parts = randomParts(numbers(seed))
      const ordered = parts.some(({ token }) => token)
      expect(roundTrip(CLIENTS.chat!(), parts, stream), `seed ${seed}`).toEqual(ordered ? parts : inFields(parts))
    }
  })
})

/** Thoughts, one text, calls. */
function inFields(parts: AssistantPart[]): AssistantPart[] {
  const of = (type: AssistantPart['type']) => parts.filter((part) => part.type === type)
  const text = textOf({ role: 'assistant', parts })
  return [...of('reasoning'), ...(text === '' ? [] : [{ type: 'text' as const, text }]), ...of('tool-call')]
}

/** In a vendor's own field nothing tells whose model made a token. */
function anyOrigin(part: AssistantPart): unknown {
  return part.token ? { ...part, token: { ...part.token, origin: expect.toBeOneOf([part.token.origin, UNKNOWN]) as unknown } } : part
}

const UNKNOWN = 'unknown'

function withOrigins(parts: AssistantPart[]): AssistantPart[] {
  return parts.map((part) => (part.token ? { ...part, token: { origin: UNKNOWN, ...part.token } } : part))
}

function vouchesForNothing({ kind }: Token): boolean {
  return kind === 'redacted' || kind === 'encrypted' || kind === 'thought-signature'
}

/** Texts that are one where what stood between them is not there. */
function merged(parts: AssistantPart[]): AssistantPart[] {
  const list: AssistantPart[] = []
  for (const part of parts) {
    const last = list.at(-1)
    if (part.type === 'text' && last?.type === 'text' && last.token === undefined) list.splice(-1, 1, { ...part, text: last.text + part.text })
    else list.push(part)
  }
  return list
}
