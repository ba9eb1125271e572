import { describe, expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Prompt } from '../../src/core/prompt.ts'
import { collect, NOW, run, say, ScriptedEngine, splits, start, summarise, type Summary, TWICE, USAGE, WEATHER, written } from './scripted-engine.ts'
import { answered } from '../support/messages.ts'

const options = (prompt: Partial<Prompt> = {}) => ({ prompt: { tools: [WEATHER, NOW], ...prompt }, model: { toolCall: false } })
const OSLO = '{"city":"Oslo"}'
const required = { toolChoice: { type: 'required' } } as const

/** The same answer in many splits; every one must come to the same. */
async function answer(text: string, prompt?: Partial<Prompt>): Promise<Summary> {
  const summaries = await Promise.all(splits(text, 30).map((deltas) => run(new ScriptedEngine(say(deltas)), options(prompt))))
  for (const summary of summaries) expect(summary).toEqual(summaries[0])
  return summaries[0]!
}

describe('an answer is that of a native model', () => {
  test.each<[name: string, text: string, expected: Partial<Summary>]>([
    ['text', 'No <tool needed.', { text: 'No <tool needed.', calls: [], reason: 'stop' }],
    ['a call', written('get_weather', { city: 'Oslo' }), { text: '', calls: [{ name: 'get_weather', arguments: OSLO }], reason: 'tool-calls' }],
    ['text before it', `Let me see. ${written('now', {})}`, { text: 'Let me see. ', calls: [{ name: 'now', arguments: '{}' }], reason: 'tool-calls' }],
    ['blanks around it', `\n\n ${written('now', {})}\n `, { text: '', calls: [{ name: 'now', arguments: '{}' }] }],
    [
      'parallel calls, three of them the same',
      [written('now', {}), written('now', {}), written('get_weather', { city: 'Oslo' }), written('now', {})].join('\n'),
      {
        text: '',
        calls: [
          { name: 'now', arguments: '{}' },
          { name: 'now', arguments: '{}' },
          { name: 'get_weather', arguments: OSLO },
          { name: 'now', arguments: '{}' },
        ],
      },
    ],
    ['a fence around it', `So:\n\`\`\`json\n${written('now', {})}\n\`\`\``, { text: 'So:\n', calls: [{ name: 'now', arguments: '{}' }] }],
    ['a fence inside', '<tool_call>\n```json\n{"tool":"now","args":{}}\n```\n</tool_call>', { text: '', calls: [{ name: 'now', arguments: '{}' }] }],
    ['no closing marker', '<tool_call>\n{"tool":"now","args":{}}', { text: '', calls: [{ name: 'now', arguments: '{}' }] }],
    [
      'two in one block',
      '<tool_call>{"tool":"now"}\n{"tool":"now"}</tool_call>',
      {
        calls: [
          { name: 'now', arguments: '{}' },
          { name: 'now', arguments: '{}' },
        ],
      },
    ],
    ['an invented result', `${written('now', {})}\n<tool_result>12:00</tool_result> It is 12.`, { text: '', calls: [{ name: 'now', arguments: '{}' }] }],
    [
      'markers in arguments',
      written('get_weather', { city: '</tool_call><tool_call>' }),
      { calls: [{ name: 'get_weather', arguments: '{"city":"</tool_call><tool_call>"}' }] },
    ],
  ])('%s', async (_name, text, expected) => {
    expect(await answer(text)).toMatchObject({ usage: USAGE, ...expected })
  })

  test('at most one call where only one is allowed', async () => {
    const text = written('now', {}) + written('get_weather', { city: 'Oslo' })
    expect(await answer(text, { parameters: { parallelToolCalls: false } })).toMatchObject({ calls: [{ name: 'now', arguments: '{}' }], reason: 'tool-calls' })
  })

  test('text streams on, and a call comes when it is complete', async () => {
    const engine = new ScriptedEngine(say(['Hel', 'lo ', written('now', {}), 'x']))
    const taken: [string, number][] = []
    for await (const event of start(engine, options())) taken.push([event.type, engine.taken])
    expect(taken).toEqual([
      ['text-delta', 1],
      ['text-delta', 2],
      ['tool-call-start', 3],
      ['tool-call-delta', 3],
      ['finish', 5],
    ])
  })

  test('reasoning and retries pass at once, in their order', async () => {
    const events: AnswerEvent[] = [
      { type: 'retry', attempt: 1, delay: 500, message: 'busy' },
      { type: 'reasoning-delta', text: '<tool_call>' },
      { type: 'text-delta', text: 'Hi' },
      { type: 'finish', reason: 'stop', usage: undefined },
    ]
    expect(await collect(start(new ScriptedEngine(events), options()))).toEqual(events)
  })

  test('the schema of a tool that cannot be compiled is not held against the model', async () => {
    const engine = new ScriptedEngine(say(written('odd', { a: 1 })))
    const tools = [{ name: 'odd', parameters: { type: 'nonsense' } }]
    expect(await run(engine, options({ tools }))).toMatchObject({ calls: [{ name: 'odd', arguments: '{"a":1}' }] })
  })
})

const FAULTY: [name: string, text: string, objection: RegExp][] = [
  ['malformed JSON', '<tool_call>{"tool": "now", "args": {"a": 1,}}</tool_call>', /not valid JSON/],
  ['an unknown tool', written('nope', {}), /there is no tool "nope"/],
  ['arguments that miss a field', written('get_weather', {}), /\/?must have required property 'city'/],
  ['arguments of the wrong type', written('get_weather', { city: 1 }), /\/city must be string/],
  ['arguments that are no object', written('now', [1]), /"args" is not a JSON object/],
  ['a block without a tool', '<tool_call>hello</tool_call>', /the name of a tool as "tool"/],
]

describe('a call that breaks the rules', () => {
  test.each(FAULTY)('%s is repaired while nothing was sent', async (_name, text, objection) => {
    const engine = new ScriptedEngine(say([' ', text, ' trailing']), say(written('get_weather', { city: 'Oslo' })))
    const events = await collect(start(engine, options()))
    expect(events[0]).toMatchObject({ type: 'retry', attempt: 1, delay: 0 })
    expect(summarise(events)).toMatchObject({ text: '', calls: [{ name: 'get_weather', arguments: OSLO }], reason: 'tool-calls', usage: TWICE })

    const [first, second] = engine.prompts
    expect(second!.messages.slice(0, -2)).toEqual(first!.messages)
    const [said, asked] = second!.messages.slice(-2)
    expect(said).toEqual(answered(` ${text} trailing`))
    expect(asked).toMatchObject({ role: 'user', content: [{ text: expect.stringMatching(objection) }] })
    expect(engine.ended).toBe(2)
  })

  test.each<[name: string, text: string, expected: Partial<Summary>]>([
    ['malformed JSON', FAULTY[0]![1], { text: '', calls: [{ name: 'now', arguments: '{"a": 1,}' }], reason: 'tool-calls' }],
    ['an unknown tool', FAULTY[1]![1], { text: '', calls: [{ name: 'nope', arguments: '{}' }], reason: 'tool-calls' }],
    ['wrong arguments', FAULTY[3]![1], { text: '', calls: [{ name: 'get_weather', arguments: '{"city":1}' }], reason: 'tool-calls' }],
    ['a block without a tool', '<tool_call>hello</tool_call>', { text: '<tool_call>hello</tool_call>', calls: [], reason: 'stop' }],
  ])('%s is passed on as written when it comes twice', async (_name, text, expected) => {
    const engine = new ScriptedEngine(say(text), say(text))
    expect(await run(engine, options())).toMatchObject({ ...expected, usage: TWICE })
  })

  test('it is passed on as written when text was sent before', async () => {
    const text = `So: ${written('get_weather', { city: 1 })}`
    expect(await answer(text)).toMatchObject({ text: 'So: ', calls: [{ name: 'get_weather', arguments: '{"city":1}' }], reason: 'tool-calls', usage: USAGE })
    expect(await answer('So: <tool_call>hello</tool_call> bye')).toMatchObject({ text: 'So: <tool_call>hello</tool_call> bye', calls: [], reason: 'stop' })
  })

  test('it is passed on as written behind a good one', async () => {
    const text = `${written('now', {})}${written('nope', { a: 1 })}<tool_call>hello</tool_call>`
    expect(await answer(text)).toMatchObject({ text: '', calls: [{ name: 'now' }, { name: 'nope', arguments: '{"a":1}' }], reason: 'tool-calls' })
  })

  test('an answer that was cut short is not asked for again', async () => {
    const engine = new ScriptedEngine(say('<tool_call>{"tool":"get_weather","args":{"city":"Os', 'length'))
    expect(await run(engine, options())).toMatchObject({ calls: [{ name: 'get_weather', arguments: '{"city":"Os' }], reason: 'length', usage: USAGE })
    const whole = new ScriptedEngine(say(`${written('now', {})} and so`, 'length'))
    expect(await run(whole, options())).toMatchObject({ calls: [{ name: 'now' }], reason: 'tool-calls' })
  })

  test('reasoning before it does not hinder the repair', async () => {
    const reasoning: AnswerEvent = { type: 'reasoning-delta', text: 'hm ' }
    const engine = new ScriptedEngine([reasoning, ...say(written('nope', {}))], [reasoning, ...say('No tool then.')])
    expect(await run(engine, options())).toMatchObject({ reasoning: 'hm hm ', text: 'No tool then.', calls: [], reason: 'stop' })
  })

  test('probabilities of a discarded answer are discarded', async () => {
    const logprobs = (token: string): AnswerEvent => ({ type: 'logprobs', content: [token] })
    const engine = new ScriptedEngine([logprobs('a'), ...say(written('nope', {}))], [logprobs('b'), ...say('Hi')])
    const events = await collect(start(engine, options()))
    expect(events.filter(({ type }) => type === 'logprobs')).toEqual([logprobs('b')])
  })
})

describe('a call that must come', () => {
  test('an answer without one is asked for again, and nothing of it is passed on', async () => {
    const engine = new ScriptedEngine(say(['I would ', 'rather not.']), say(written('now', {})))
    expect(await run(engine, options(required))).toMatchObject({ text: '', calls: [{ name: 'now' }], reason: 'tool-calls', usage: TWICE })
    expect(engine.prompts[1]!.messages.at(-2)).toEqual(answered('I would rather not.'))
  })

  test('after the second answer without one it is whatever text there is', async () => {
    const engine = new ScriptedEngine(say('No.'), say('No, no.'))
    expect(await run(engine, options(required))).toMatchObject({ text: 'No, no.', calls: [], reason: 'stop', usage: TWICE })
  })

  test('an empty answer is not repeated to the model', async () => {
    const engine = new ScriptedEngine(say([]), say(written('now', {})))
    await run(engine, options(required))
    expect(engine.prompts[1]!.messages.map(({ role }) => role)).toEqual(['system', 'user', 'user'])
  })

  test('text before the call is kept', async () => {
    expect(await answer(`So: ${written('now', {})}`, required)).toMatchObject({ text: 'So: ', calls: [{ name: 'now' }] })
  })

  test('a call of another tool than the named one is asked for again', async () => {
    const engine = new ScriptedEngine(say(`Well ${written('now', {})}`), say(written('get_weather', { city: 'Oslo' })))
    const summary = await run(engine, options({ toolChoice: { type: 'tool', name: 'get_weather' } }))
    expect(summary).toMatchObject({ text: '', calls: [{ name: 'get_weather' }], usage: TWICE })
    expect(engine.prompts[1]!.messages.at(-1)).toMatchObject({ content: [{ text: expect.stringContaining('the tool to call is "get_weather"') }] })
  })

  test('an answer that was cut short is passed on', async () => {
    expect(await run(new ScriptedEngine(say('So let', 'length')), options(required))).toMatchObject({ text: 'So let', reason: 'length' })
  })
})

describe('ends', () => {
  test('leaving the iteration ends the generation', async () => {
    const engine = new ScriptedEngine(say(['one', 'two', 'three']))
    for await (const _ of start(engine, options())) break
    expect(engine).toMatchObject({ ended: 1, taken: 1 })
  })

  test('leaving it in the second attempt ends that', async () => {
    const engine = new ScriptedEngine(say(written('nope', {})), say(['one', 'two', 'three']))
    for await (const event of start(engine, options())) if (event.type === 'text-delta') break
    expect(engine).toMatchObject({ ended: 2, taken: 3 })
  })

  test('the second attempt does not wait for what the first has to tidy up', async () => {
    const engine = new ScriptedEngine(say(written('nope', {})), say('ok'))
    const slow: typeof engine.generate = async function* (prompt) {
      yield* engine.generate(prompt)
      await new Promise(() => {})
    }
    expect(await run({ generate: slow }, options())).toMatchObject({ text: 'ok' })
  })

  test('an error of the engine passes', async () => {
    const engine = new ScriptedEngine(say(written('nope', {})))
    await expect(run(engine, options())).rejects.toThrow('one call too many')
  })

  test('an answer that never finishes is not made to', async () => {
    const engine = new ScriptedEngine([{ type: 'text-delta', text: written('nope', {}) }])
    expect((await run(engine, options())).reason).toBeUndefined()
    expect(engine.prompts).toHaveLength(1)
  })
})
