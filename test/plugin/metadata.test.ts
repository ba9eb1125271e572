import { expect, test, vi } from 'vitest'
import { FrameTranslator } from '../../src/opencode/events.ts'
import type { Envelope, RequestNews } from '../../src/plugin/contract.ts'
import { toStoredMessages } from '../../src/plugin/messages.ts'
import { ActiveRequest } from '../../src/plugin/request.ts'
import { AnswerStream } from '../../src/plugin/stream.ts'
import { assembleAnswer, messageOf } from '../../src/protocols/answer.ts'
import type { EncodedEvent } from '../../src/protocols/protocol.ts'

/** What opencode keeps with the parts of an answer goes out with them, and comes back in them. */

const ENVELOPE: Envelope = {
  id: '1',
  model: { providerID: 'vendor', modelID: 'family/model' },
  messages: [],
  tools: [],
  toolChoice: { type: 'auto' },
  output: { type: 'text' },
  parameters: {},
  retry: { maxRetries: 0, delay: 0, maxRetryAfter: 0 },
}

type Part = Record<string, any>

/** The events of opencode's bus for parts as its SDKs write them. */
const begin = (type: 'text' | 'reasoning', id: string, metadata?: object): Part => ({ id, type, text: '', time: { start: 1 }, metadata })
const write = (id: string, delta: string) => ({ id, delta })
const end = (type: 'text' | 'reasoning', id: string, text: string, metadata?: object): Part => ({ id, type, text, time: { start: 1, end: 2 }, metadata })
const whole = (type: 'text' | 'reasoning', id: string, text: string, metadata?: object): Part[] => [
  begin(type, id),
  write(id, text),
  write(id, ''),
  end(type, id, text, metadata),
]
const call = (id: string, metadata?: object): Part[] => [
  { id: `prt_${id}`, type: 'tool', tool: 'read', callID: id, state: { status: 'pending', input: {} } },
  { id: `prt_${id}`, type: 'tool', tool: 'read', callID: id, state: { status: 'running', input: { path: id } }, metadata },
  // Told again at its end.
  { id: `prt_${id}`, type: 'tool', tool: 'read', callID: id, state: { status: 'running', input: { path: id } }, metadata },
]

/** A signature that the provider sent with an empty text: it is in no event of opencode's. */
const sign = (signature: string): Part => ({ signature })

function framesOf(parts: Part[]): RequestNews[] {
  const request = new ActiveRequest(ENVELOPE)
  const tell = vi.spyOn(request, 'tell').mockReturnValue()
  const stream = new AnswerStream(request, { abort: () => {}, singleStep: true })
  for (const part of parts) {
    if ('signature' in part) request.observer.textSignature(part.signature)
    else if ('delta' in part) stream.handle({ type: 'message.part.delta', properties: { partID: part.id, delta: part.delta } })
    else stream.handle({ type: 'message.part.updated', properties: { part } })
  }
  stream.handle({ type: 'message.part.updated', properties: { part: { type: 'step-finish', reason: 'stop' } } })
  return tell.mock.calls.map(([news]) => news)
}

function eventsOf(parts: Part[]): EncodedEvent[] {
  const translator = new FrameTranslator('vendor/family/model')
  return framesOf(parts).flatMap((frame) => translator.translate(frame) ?? []) as EncodedEvent[]
}

/** Type, text or call, and metadata of the parts that come back. */
function broughtBack(parts: Part[]): unknown[] {
  const message = messageOf(assembleAnswer(eventsOf(parts)))
  const [stored] = toStoredMessages({ ...ENVELOPE, messages: [message] }, { id: 'msg_0', role: 'user', sessionID: 'ses_1' })
  return stored!.parts.map(({ type, text, callID, metadata }) => [type, text ?? callID, ...(metadata ? [metadata] : [])])
}

test('a token says what it is and whose', () => {
  expect(eventsOf([...whole('reasoning', 'a', 'Hm.', { vendor: { signature: 's' } }), ...call('c', { vendor: { id: 1 } })])).toEqual([
    { type: 'reasoning-delta', text: 'Hm.' },
    { type: 'part-token', part: 'reasoning', token: { kind: 'metadata', value: '{"vendor":{"signature":"s"}}', origin: 'vendor/family/model' } },
    { type: 'tool-call-start', index: 0, id: 'c', name: 'read' },
    { type: 'tool-call-delta', index: 0, arguments: '{"path":"c"}' },
    { type: 'part-token', part: 'tool-call', index: 0, token: { kind: 'metadata', value: '{"vendor":{"id":1}}', origin: 'vendor/family/model' } },
    { type: 'finish', reason: 'tool-calls', usage: undefined },
  ])
})

const signed = (signature: string) => ({ vendor: { signature } })
const google = (thoughtSignature: string) => ({ google: { thoughtSignature }, vertex: { thoughtSignature } })

test.each<[what: string, parts: Part[], back: unknown[]]>([
  [
    'thinking between calls, with a text (Anthropic)',
    [
      ...whole('reasoning', 'a', 'First', signed('1')),
      ...call('x', { vendor: { caller: 'direct' } }),
      ...whole('reasoning', 'b', 'Then', signed('2')),
      ...whole('text', 'c', 'So.'),
      ...call('y'),
    ],
    [
      ['reasoning', 'First', signed('1')],
      ['tool', 'x', { vendor: { caller: 'direct' } }],
      ['reasoning', 'Then', signed('2')],
      ['text', 'So.'],
      ['tool', 'y'],
    ],
  ],
  [
    'redacted and silent thinking, two of them in a row',
    [
      begin('reasoning', 'a', signed('1')),
      end('reasoning', 'a', '', signed('1')),
      begin('reasoning', 'b'),
      end('reasoning', 'b', '', signed('2')),
      ...call('x'),
    ],
    [
      ['reasoning', '', signed('1')],
      ['reasoning', '', signed('2')],
      ['tool', 'x'],
    ],
  ],
  [
    'what ends only after the calls behind it (Google, OpenRouter)',
    [
      begin('reasoning', 'a'),
      write('a', 'Hm.'),
      begin('text', 'b'),
      write('b', 'So.'),
      ...call('x', signed('x')),
      ...call('y'),
      end('text', 'b', 'So.', signed('t')),
      end('reasoning', 'a', 'Hm.', signed('r')),
    ],
    [
      ['reasoning', 'Hm.', signed('r')],
      ['text', 'So.', signed('t')],
      ['tool', 'x', signed('x')],
      ['tool', 'y'],
    ],
  ],
  [
    'every text and call with an id of its own (OpenAI)',
    [
      begin('text', 'a', signed('a')),
      write('a', 'One.'),
      end('text', 'a', 'One.', signed('a')),
      begin('text', 'b', signed('b')),
      write('b', 'Two.'),
      end('text', 'b', 'Two.', signed('b')),
    ],
    [
      ['text', 'One.', signed('a')],
      ['text', 'Two.', signed('b')],
    ],
  ],
  [
    'the signature of an empty text behind another, which ends after the calls (Google)',
    [begin('text', 'a'), sign('s'), write('a', 'So.'), ...call('x', signed('x')), end('text', 'a', 'So.')],
    [
      ['text', 'So.', google('s')],
      ['tool', 'x', signed('x')],
    ],
  ],
  [
    'the signature of an empty text alone',
    [...call('x'), sign('s')],
    [
      ['tool', 'x'],
      ['text', '', google('s')],
    ],
  ],
  [
    'nothing where there is nothing',
    [begin('text', 'a', {}), write('a', 'One.'), end('text', 'a', 'One.', {}), ...call('x', {})],
    [
      ['text', 'One.'],
      ['tool', 'x'],
    ],
  ],
  [
    'no token of a part behind which another of its kind began: that one would get it',
    [begin('text', 'a'), write('a', 'One.'), begin('text', 'b'), write('b', 'Two.'), end('text', 'a', 'One.', signed('a')), end('text', 'b', 'Two.')],
    [['text', 'One.Two.']],
  ],
])('%s', (_what, parts, back) => {
  expect(broughtBack(parts)).toEqual(back)
})
