import { describe, expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { collect, NOW, run, say, ScriptedEngine, splits, start, USAGE, written } from './scripted-engine.ts'

const stop = (...sequences: string[]) => ({ parameters: { stop: sequences, temperature: 1 } })

test.each(['responses', 'unknown'] as const)('a provider of the wire %s never sees stop; the bridge cuts', async (wire) => {
  for (const deltas of splits('one END two', 20)) {
    const engine = new ScriptedEngine(say(deltas))
    expect(await run(engine, { prompt: stop('END'), model: { wire } })).toMatchObject({ text: 'one ', reason: 'stop', usage: undefined })
    expect(engine.prompts[0]!.parameters).toEqual({ temperature: 1 })
    expect(engine.ended).toBe(1)
  }
})

test('the generation has ended when the finish is passed on, and nothing more is taken from it', async () => {
  const engine = new ScriptedEngine(say(['one ', 'END', 'two', 'three']))
  for await (const event of start(engine, { prompt: stop('END'), model: { wire: 'responses' } })) {
    if (event.type === 'finish') expect(engine).toMatchObject({ ended: 1, taken: 2 })
  }
})

test('the sequence that ended the answer is told, and none where there was none', async () => {
  const end = async (text: string) =>
    (await collect(start(new ScriptedEngine(say(text)), { prompt: stop('STOP', 'END'), model: { wire: 'responses' } }))).at(-1)
  expect(await end('one END two STOP')).toEqual({ type: 'finish', reason: 'stop', usage: undefined, stopSequence: 'END' })
  expect(await end('one')).toEqual({ type: 'finish', reason: 'stop', usage: USAGE })
})

test.each(['chat', 'messages', 'gemini'] as const)('the wire %s carries stop, so the bridge leaves everything as it is', async (wire) => {
  const answer = say(['one END', ' two'])
  const engine = new ScriptedEngine(answer)
  expect(await collect(start(engine, { prompt: stop('END'), model: { wire } }))).toEqual(answer)
  expect(engine.prompts[0]!.parameters).toEqual(stop('END').parameters)
})

test('without a match the answer is whole, with its own reason and usage', async () => {
  for (const deltas of splits('one EN', 20)) {
    const engine = new ScriptedEngine(say(deltas, 'length'))
    expect(await run(engine, { prompt: stop('END', ''), model: { wire: 'responses' } })).toMatchObject({ text: 'one EN', reason: 'length', usage: USAGE })
  }
})

test('held text comes before a tool call; reasoning and arguments are not searched', async () => {
  const events: AnswerEvent[] = [
    { type: 'reasoning-delta', text: 'END' },
    { type: 'text-delta', text: 'let me EN' },
    { type: 'tool-call-start', index: 0, id: 'call_1', name: 'now' },
    { type: 'tool-call-delta', index: 0, arguments: '{"a":"END"}' },
    { type: 'finish', reason: 'tool-calls', usage: USAGE },
  ]
  const engine = new ScriptedEngine(events)
  expect(await collect(start(engine, { prompt: stop('END'), model: { wire: 'responses' } }))).toEqual([
    events[0],
    { type: 'text-delta', text: 'let me ' },
    { type: 'text-delta', text: 'EN' },
    ...events.slice(2),
  ])
})

describe('where the model writes what the client does not see', () => {
  test('stop does not cut a call that is text, and is kept from a provider that would', async () => {
    const engine = new ScriptedEngine(say(`Looking.${written('now', {})}`))
    const summary = await run(engine, { prompt: { ...stop('{', '\n'), tools: [NOW] }, model: { toolCall: false } })
    expect(summary).toMatchObject({ text: 'Looking.', calls: [{ name: 'now', arguments: '{}' }], reason: 'tool-calls', usage: USAGE })
    expect(engine.prompts[0]!.parameters).toEqual({ temperature: 1 })
  })

  test('it cuts the text beside it', async () => {
    const engine = new ScriptedEngine(say(['Loo', `king. ${written('now', {})}`]))
    const summary = await run(engine, { prompt: { ...stop('ok'), tools: [NOW] }, model: { toolCall: false } })
    expect(summary).toMatchObject({ text: 'Lo', calls: [], reason: 'stop' })
  })

  test('structured output is checked first and then cut, and its usage is known', async () => {
    const engine = new ScriptedEngine(say('Here: {"a": 1, "b": 2}'))
    const summary = await run(engine, { prompt: { ...stop('e', ','), output: { type: 'json' } }, settings: { structuredOutput: 'instructed' } })
    expect(summary).toEqual({ text: '{"a": 1', reasoning: '', calls: [], reason: 'stop', usage: USAGE })
  })
})
