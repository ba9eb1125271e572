import { expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Prompt, Token } from '../../src/core/prompt.ts'
import { collect, NOW, run, say, ScriptedEngine, start, USAGE, written } from './scripted-engine.ts'

/** What a provider wants back goes through every adaption, and a refusal is an answer that none of them mends. */

const token: Token = { kind: 'thought-signature', value: 'Zm9v', origin: 'test/model' }
const text = (value: string): AnswerEvent => ({ type: 'text-delta', text: value })
const ofPart = (part: 'reasoning' | 'text'): AnswerEvent => ({ type: 'part-token', part, token })
const refusal: AnswerEvent = { type: 'refusal-delta', text: 'No.' }
const end: AnswerEvent = { type: 'finish', reason: 'stop', usage: USAGE }
const thought: AnswerEvent = { type: 'reasoning-delta', text: 'Hm.' }

const JSON_OUTPUT = { prompt: { output: { type: 'json' } } as Partial<Prompt>, settings: { structuredOutput: 'instructed' as const } }
const TOOLS_IN_TEXT = { prompt: { tools: [NOW] }, model: { toolCall: false } }
const MUST_CALL = { ...TOOLS_IN_TEXT, prompt: { tools: [NOW], toolChoice: { type: 'required' as const } } }
const STOP = { prompt: { parameters: { stop: ['END'] } }, model: { wire: 'responses' as const } }

const told = (events: AnswerEvent[], options: Parameters<typeof start>[1]) => collect(start(new ScriptedEngine(events), options))

test('of a text stands behind the JSON in it', async () => {
  const events = await told([thought, ofPart('reasoning'), text('So: '), text('{"a":1}'), ofPart('text'), end], JSON_OUTPUT)
  expect(events).toEqual([thought, ofPart('reasoning'), text('{"a":1}'), ofPart('text'), end])
})

test('of a text that is cut short, or that a call follows, stands behind it', async () => {
  const cut: AnswerEvent = { ...end, reason: 'length' }
  expect(await told([text('{"a'), ofPart('text'), cut], JSON_OUTPUT)).toEqual([text('{"a'), ofPart('text'), cut])
  const call: AnswerEvent = { type: 'tool-call-start', index: 0, id: 'call_1', name: 'now' }
  expect(await told([text('I look.'), ofPart('text'), call, end], JSON_OUTPUT)).toEqual([text('I look.'), ofPart('text'), call, end])
})

test('of a text does not begin an answer that is still to be checked', async () => {
  const engine = new ScriptedEngine([text('  '), ofPart('text'), text(written('nope', {})), end], say(written('now', {})))
  const events = await collect(start(engine, TOOLS_IN_TEXT))
  expect(events.map(({ type }) => type)).toEqual(['retry', 'tool-call-start', 'tool-call-delta', 'finish'])
})

test('of a text comes behind what was held of it', async () => {
  expect(await told([text('let me EN'), ofPart('text'), text('D'), end], STOP)).toEqual([text('let me '), text('EN'), ofPart('text'), text('D'), end])
  expect(await told([text('let me EN'), ofPart('reasoning'), text('D'), end], STOP)).toMatchObject([
    text('let me '),
    ofPart('reasoning'),
    { stopSequence: 'END' },
  ])
})

test.each([
  ['JSON must come', JSON_OUTPUT],
  ['a call must come', MUST_CALL],
  ['a text may be cut', STOP],
])('a refusal is passed on where %s', async (_when, options) => {
  expect(await told([text('Well. '), refusal, end], options)).toEqual([text('Well. '), refusal, end])
})

test('a system prompt in several messages for its breakpoints is one where there are none', async () => {
  const messages: Prompt['messages'] = [
    { role: 'system', content: 'One.', cache: { ttl: '1h' } },
    { role: 'system', content: 'Two.', cache: {} },
    { role: 'system', content: 'Three.' },
    { role: 'system', content: 'Another.' },
    { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  ]
  const engine = new ScriptedEngine(say('ok'), say('ok'))
  await run(engine, { prompt: { messages }, model: { wire: 'chat' } })
  expect(engine.prompts[0]!.messages).toEqual([{ role: 'system', content: 'One.\n\nTwo.\n\nThree.' }, ...messages.slice(3)])
  await run(engine, { prompt: { messages }, model: { wire: 'messages' } })
  expect(engine.prompts[1]!.messages).toEqual(messages)
})
