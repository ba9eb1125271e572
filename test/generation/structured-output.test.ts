import { describe, expect, test } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Wire } from '../../src/core/model.ts'
import type { OutputFormat, Prompt } from '../../src/core/prompt.ts'
import { collect, NOW, run, say, ScriptedEngine, splits, start, summarise, TWICE, USAGE, WEATHER, written } from './scripted-engine.ts'
import { answered } from '../support/messages.ts'

const SCHEMA = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'], additionalProperties: false }
const FORMAT: OutputFormat = { type: 'json-schema', name: 'person', description: 'a person', schema: SCHEMA, strict: true }
const JSON_OBJECT: OutputFormat = { type: 'json' }

const instructed = (prompt: Partial<Prompt> = {}) => ({ prompt: { output: FORMAT, ...prompt }, model: { wire: 'messages' as Wire } })

describe('who holds the model to the format', () => {
  test.each<[wire: Wire, setting: 'auto' | 'native' | 'instructed', native: boolean, carriesOutput?: boolean]>([
    ['chat', 'auto', true],
    ['responses', 'auto', true],
    ['gemini', 'auto', true],
    ['messages', 'auto', false],
    ['unknown', 'auto', false],
    ['chat', 'instructed', false],
    ['messages', 'native', true],
    ['messages', 'auto', true, true],
    ['gemini', 'auto', false, false],
    ['gemini', 'native', true, false],
    ['messages', 'instructed', false, true],
  ])('%s with %s: %j, where the way to it says %j', async (wire, structuredOutput, native, carriesOutput) => {
    for (const output of [FORMAT, JSON_OBJECT]) {
      const engine = new ScriptedEngine(say('{"age": 1}'))
      await run(engine, { prompt: { output }, model: { wire }, settings: { structuredOutput }, ...(carriesOutput !== undefined && { carriesOutput }) })
      expect(engine.prompts[0]!.output).toEqual(native ? output : { type: 'text' })
      expect(engine.prompts[0]!.messages[0]!.role).toBe(native ? 'user' : 'system')
    }
  })

  test('a native answer is trusted and streams', async () => {
    const answer = say(['not ', 'JSON'])
    expect(await collect(start(new ScriptedEngine(answer), { prompt: { output: FORMAT } }))).toEqual(answer)
  })

  test('a provider that would keep a model from writing calls is not asked to', async () => {
    const engine = new ScriptedEngine(say('{"age": 1}'))
    await run(engine, { prompt: { output: FORMAT, tools: [NOW] }, model: { toolCall: false } })
    expect(engine.prompts[0]!.output).toEqual({ type: 'text' })
  })
})

/** The system message at the head of a prompt. */
function systemOf({ messages: [first] }: Prompt): string | undefined {
  return first?.role === 'system' ? first.content : undefined
}

test('the instruction has the schema and the demand', async () => {
  const engine = new ScriptedEngine(say('{"age": 1}'), say('{}'))
  await run(engine, instructed({ messages: [{ role: 'system', content: 'Be kind.' }] }))
  const message = systemOf(engine.prompts[0]!)
  expect(message).toMatch(/^Be kind\.\n\n# Output\n\nAnswer with JSON only: .*\n\nThe JSON Schema of person, a person:\n\n/)
  expect(message).toContain(JSON.stringify(SCHEMA))
  await run(engine, instructed({ output: JSON_OBJECT }))
  expect(systemOf(engine.prompts[1]!)).toMatch(/^# Output\n\nAnswer with JSON only: a single JSON object, with no text before or after it and no code fence\.$/)
})

test.each([
  ['{"age": 41}', '{"age": 41}'],
  ['```json\n{"age": 41}\n```', '{"age": 41}'],
  ['Here is {"name": "x"} no, {"age":41}!', '{"age":41}'],
])('%j is answered as %j, however it is split', async (text, json) => {
  for (const deltas of splits(text, 15)) {
    expect(await run(new ScriptedEngine(say(deltas)), instructed())).toEqual({ text: json, reasoning: '', calls: [], reason: 'stop', usage: USAGE })
  }
})

describe('an answer that is not valid', () => {
  test.each([
    ['{"age": "old"}', '/age must be integer'],
    ['{"age": 1, "x": 2}', 'the value must NOT have additional properties'],
    ['no idea', 'it holds no valid JSON'],
  ])('%j is asked for again', async (text, problem) => {
    const engine = new ScriptedEngine(say(text), say('{"age": 7}'))
    const events = await collect(start(engine, instructed()))
    expect(events[0]).toMatchObject({ type: 'retry', attempt: 1, delay: 0 })
    expect(JSON.stringify(events[0])).not.toContain(text)
    expect(summarise(events)).toMatchObject({ text: '{"age": 7}', reason: 'stop', usage: TWICE })
    const [said, asked] = engine.prompts[1]!.messages.slice(-2)
    expect(said).toEqual(answered(text))
    expect(asked).toMatchObject({ role: 'user', content: [{ text: expect.stringContaining(problem) }] })
  })

  test('twice, it is an error that says why but not what', async () => {
    const engine = new ScriptedEngine(say('secret words'), say('{"age": "secret"}'))
    const error = await run(engine, instructed()).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(BridgeError)
    expect(error).toMatchObject({ status: 502, code: 'invalid_structured_output', message: expect.stringContaining('/age must be integer') })
    expect((error as Error).message).not.toContain('secret')
    expect(engine).toMatchObject({ ended: 2 })
  })

  test('for json_object only the syntax counts', async () => {
    const engine = new ScriptedEngine(say('{"age": }'), say('{"any": "thing"}'))
    expect(await run(engine, instructed({ output: JSON_OBJECT }))).toMatchObject({ text: '{"any": "thing"}', usage: TWICE })
  })

  test('cut short, it is passed on as it is', async () => {
    expect(await run(new ScriptedEngine(say('{"age": 4', 'length')), instructed())).toMatchObject({ text: '{"age": 4', reason: 'length', usage: USAGE })
    expect(await run(new ScriptedEngine(say([], 'content-filter')), instructed())).toMatchObject({ text: '', reason: 'content-filter' })
  })
})

test('a schema that is none is a 400 before the model is called', async () => {
  const engine = new ScriptedEngine()
  const output: OutputFormat = { type: 'json-schema', name: 'p', schema: { type: 'strnig' }, strict: true }
  await expect(run(engine, instructed({ output }))).rejects.toMatchObject({ status: 400, code: 'invalid_json_schema', param: 'response_format' })
  expect(engine.prompts).toEqual([])
})

test('reasoning does not wait for the text', async () => {
  const engine = new ScriptedEngine([
    { type: 'text-delta', text: '{"age"' },
    { type: 'reasoning-delta', text: 'hm' },
    { type: 'text-delta', text: ': 1}' },
    ...say([]),
  ])
  const taken: [string, number][] = []
  for await (const event of start(engine, instructed())) taken.push([event.type, engine.taken])
  expect(taken).toEqual([
    ['reasoning-delta', 2],
    ['text-delta', 4],
    ['finish', 4],
  ])
})

test('probabilities are passed on with the text that they belong to, else not', async () => {
  const logprobs: AnswerEvent = { type: 'logprobs', content: ['x'] }
  const exact = await collect(start(new ScriptedEngine([logprobs, ...say('{"age": 1}')]), instructed()))
  expect(exact.map(({ type }) => type)).toEqual(['text-delta', 'logprobs', 'finish'])
  const changed = await collect(start(new ScriptedEngine([logprobs, ...say('{"age": 1} ok')]), instructed()))
  expect(changed.map(({ type }) => type)).toEqual(['text-delta', 'finish'])
})

test('leaving the iteration ends the generation, also in the second attempt', async () => {
  const reasoning: AnswerEvent = { type: 'reasoning-delta', text: 'hm' }
  const engine = new ScriptedEngine([reasoning, ...say('no')], [reasoning, reasoning, ...say('no')])
  let seen = 0
  for await (const event of start(engine, instructed())) if (event.type === 'reasoning-delta' && ++seen === 2) break
  expect(engine).toMatchObject({ ended: 2, taken: 4 })
})

describe('with tools', () => {
  const CALL: AnswerEvent[] = [
    { type: 'tool-call-start', index: 0, id: 'call_1', name: 'now' },
    { type: 'tool-call-delta', index: 0, arguments: '{' },
    { type: 'tool-call-delta', index: 0, arguments: '}' },
    { type: 'finish', reason: 'tool-calls', usage: USAGE },
  ]

  test('a native call passes as it is, with the text before it', async () => {
    const text: AnswerEvent = { type: 'text-delta', text: 'Let me see.' }
    const events = await collect(start(new ScriptedEngine([text, ...CALL]), instructed({ tools: [NOW] })))
    expect(events).toEqual([text, ...CALL])
  })

  test('the instruction lets the model call first', async () => {
    const engine = new ScriptedEngine(say('{"age": 1}'))
    await run(engine, instructed({ tools: [NOW] }))
    expect(systemOf(engine.prompts[0]!)).toContain('you may call tools first')
  })

  const both = (prompt: Partial<Prompt> = {}) => ({ prompt: { output: FORMAT, tools: [WEATHER, NOW], ...prompt }, model: { toolCall: false } })

  test('a call in the text wins over JSON in it', async () => {
    for (const deltas of splits(`{"age": 1} ${written('now', {})}`, 15)) {
      expect(await run(new ScriptedEngine(say(deltas)), both())).toMatchObject({
        text: '{"age": 1} ',
        calls: [{ name: 'now', arguments: '{}' }],
        reason: 'tool-calls',
      })
    }
  })

  test('without a call the text must be JSON, in the second attempt too', async () => {
    const engine = new ScriptedEngine(say('hello'), say('```json\n{"age": 2}\n```'))
    expect(await run(engine, both())).toMatchObject({ text: '{"age": 2}', calls: [], reason: 'stop', usage: TWICE })
    const [first, second] = engine.prompts
    expect(systemOf(first!)).toMatch(/# Output[^]*# Tools/)
    expect(second!.messages[0]).toEqual(first!.messages[0])
  })

  test('the repair of a call and that of the output each count for themselves', async () => {
    const engine = new ScriptedEngine(say(written('nope', {})), say('hello'), say(written('nope', {})), say('{"age": 3}'))
    expect(await run(engine, both())).toMatchObject({ text: '{"age": 3}', usage: { input: 40, output: 20, cachedInput: 16, cacheWrites: 12, reasoning: 4 } })
  })
})
