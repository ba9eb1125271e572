import { describe, expect, test } from 'vitest'
import type { CallForm, KnownWire } from '../../../src/core/call.ts'
import type { Message } from '../../../src/core/prompt.ts'
import { toStoredMessages } from '../../../src/plugin/messages.ts'
import { withReasoning } from '../../../src/plugin/reasoning-items.ts'
import { chatCompletions } from '../../../src/protocols/chat-completions/index.ts'
import { geminiAt } from '../../../src/protocols/gemini/index.ts'
import { messages } from '../../../src/protocols/messages/index.ts'
import { ollamaChat } from '../../../src/protocols/ollama/index.ts'
import type { Protocol } from '../../../src/protocols/protocol.ts'
import { responses } from '../../../src/protocols/responses/index.ts'
import { adapt } from '../../../src/wires/adapt.ts'
import type { AbstractRequest, ClientFormat, ToolCall, Turn } from '../../contract/client-format.ts'
import { chatCompletions as chatFormat } from '../../contract/formats/chat-completions.ts'
import { gemini as geminiFormat } from '../../contract/formats/gemini.ts'
import { messages as messagesFormat } from '../../contract/formats/messages.ts'
import { ollama as ollamaFormat } from '../../contract/formats/ollama.ts'
import { responses as responsesFormat } from '../../contract/formats/responses.ts'
import { growthOf, HARDLY_ANY, LINEAR, many } from '../../support/growth.ts'
import { assistant, call, result, thought, user as said } from '../../wires/prompts.ts'

/** However a conversation is made, what it takes grows with its length alone. The encoders of providers have theirs in `test/wires/contract.test.ts`. */

const SIZE = 600

const user = (text: string): Turn => ({ role: 'user', parts: [{ type: 'text', text }] })
const look = (id: string): ToolCall => ({ id, name: 'look', arguments: '{"at":1}' })
const step = (...calls: ToolCall[]): Turn => ({ role: 'assistant', text: '', reasoning: '', calls })
const results = (...calls: ToolCall[]): Turn => ({ role: 'tools', results: calls.map((one) => ({ call: one, content: 'x' })) })

type Shape = (size: number) => Partial<AbstractRequest> & { turns: Turn[] }

const shapes: Record<string, Shape> = {
  'words in turns': (size) => ({ turns: many(size, (index) => (index % 2 === 0 ? user('a') : { ...step(), text: 'b' })) }),
  'words of the user in one turn': (size) => ({ turns: [{ role: 'user', parts: many(size, () => ({ type: 'text', text: 'a' })) }] }),
  'turns of the user': (size) => ({ turns: many(size, () => user('a')) }),
  'thoughts in turns': (size) => ({ turns: many(size, (index) => (index % 2 === 0 ? user('a') : { ...step(), text: 'b', reasoning: 'c' })) }),
  'calls of one id, in a turn each': (size) => ({ turns: [user('a'), ...many(size, () => [step(look('a')), results(look('a'))]).flat()] }),
  'calls in one turn, answered from the last': (size) => {
    const calls = many(size, (index) => look(`a${index}`))
    return { turns: [user('a'), step(...calls), results(...calls.toReversed())] }
  },
  'calls in one turn, in the turns of the model': (size) => {
    const calls = many(size, (index) => look(`a${index}`))
    return { turns: [user('a'), ...calls.map((one) => step(one)), results(...calls)] }
  },
  'calls without results': (size) => ({ turns: [user('a'), ...many(size, (index) => [step(look(`a${index}`)), user('b')]).flat()] }),
  'results without calls': (size) => ({ turns: [user('a'), results(...many(size, (index) => look(`a${index}`)))] }),
  tools: (size) => ({
    turns: [user('a')],
    tools: many(size, (index) => ({ name: `look${index}`, description: 'x', parameters: { type: 'object', properties: {} } })),
  }),
}

const formOf = (wire: KnownWire): CallForm => ({
  wire,
  apiModel: 'm',
  url: 'https://api.test/v1',
  npm: '',
  defaults: {},
  configured: {},
  loginHeaders: [],
  preamble: [],
})

describe.each<[ClientFormat, Protocol]>([
  [chatFormat, chatCompletions],
  [messagesFormat, messages],
  [responsesFormat, responses],
  [geminiFormat, geminiAt({ model: 'a/b', stream: false })],
  [ollamaFormat, ollamaChat],
])('of $name', (format, protocol) => {
  test.each(Object.entries(shapes))('%s', (_name, shape) => {
    const prepare = (size: number) => format.encode({ maxTokens: 100, stream: false, ...shape(size) }).body
    const read = (body: Record<string, unknown>) => {
      try {
        protocol.read(body).decode('a/b')
      } catch {
        // Refused, at no higher cost.
      }
    }
    expect(growthOf(prepare, read, SIZE, HARDLY_ANY)).toBeLessThan(LINEAR)
    const { wire } = protocol
    if (wire) expect(growthOf(prepare, (body) => void adapt(body, formOf(wire)), SIZE, HARDLY_ANY)).toBeLessThan(LINEAR)
  })
})

describe('in a session of opencode’s', () => {
  const encrypted = (value: string) => ({ kind: 'encrypted' as const, value, origin: 'a/b' })
  const histories: Record<string, (size: number) => Message[]> = {
    steps: (size) => many(size, () => [assistant(call('a')), result('a', 'b')]).flat(),
    'words in turns': (size) => many(size, (index) => (index % 2 === 0 ? said('a') : assistant('b'))),
    'results in one turn': (size) => [assistant(...many(size, (index) => call(`a${index}`))), ...many(size, (index) => result(`a${size - 1 - index}`, 'b'))],
    'thoughts in one answer': (size) => [assistant(...many(size, (index) => thought('a', encrypted(`t${index}`))), 'b')],
    'thoughts of steps': (size) => many(size, (index) => [assistant(thought('a', encrypted(`t${index}`)), call(`a${index}`)), result(`a${index}`, 'b')]).flat(),
  }
  const envelope = (history: Message[]) =>
    ({ id: '1', model: { providerID: 'a', modelID: 'b' }, messages: history, tools: [], parameters: {} }) as unknown as Parameters<typeof toStoredMessages>[0]
  const base = { id: 'msg_0', role: 'user', sessionID: 'ses_1', agent: 'bridge' }

  test.each(Object.entries(histories))('%s', (_name, prepare) => {
    expect(growthOf(prepare, (history) => void toStoredMessages(envelope(history), base), SIZE, HARDLY_ANY)).toBeLessThan(LINEAR)
    // opencode has dropped the thoughts, and every second call with them.
    const sent = (history: Message[]) => ({
      history,
      input: history.flatMap((message, index) =>
        message.role === 'assistant' && index % 4 === 0
          ? message.parts.flatMap((part) => (part.type === 'tool-call' ? { type: 'function_call', call_id: part.id } : []))
          : [],
      ),
    })
    expect(
      growthOf(
        (size) => sent(prepare(size)),
        ({ history, input }) => void withReasoning(input, history, 'a/b'),
        SIZE,
        HARDLY_ANY,
      ),
    ).toBeLessThan(LINEAR)
  })
})
