import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { say, type Script, stepped, stream } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3 } })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

const messages = [{ role: 'user', content: 'hi' }]
const tool = (name: string, fields: object = {}) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } }, ...fields },
})
const tools = [tool('weather'), tool('clock')]

/** A delta that begins a call, and one with more of its arguments. */
const begin = (index: number, id: string, name: string, args = '') => ({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }] })
const more = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] })
const calling = (...deltas: Record<string, unknown>[]): Script => stream(deltas, { finishReason: 'tool_calls' })

async function answerTo(fields: object): Promise<any> {
  const response = await bridge.chat({ messages, tools, ...fields })
  const body = (await response.json()) as any
  expect(response.status, JSON.stringify(body)).toBe(200)
  return body
}

async function framesFor(fields: object): Promise<any[]> {
  return parseFrames(await (await bridge.chat({ messages, tools, stream: true, ...fields })).text())
}

/** Waits for the second call that opencode would make after tool calls. */
async function expectOneCall(): Promise<void> {
  await sleep(300)
  expect(bridge.upstream.calls).toHaveLength(1)
}

/** The calls that a client puts together from a stream. */
function callsOf(frames: any[]): any[] {
  const calls: any[] = []
  for (const {
    index,
    id,
    function: { name, arguments: args },
  } of frames.flatMap((frame) => frame.choices?.[0]?.delta?.tool_calls ?? [])) {
    calls[index] ??= { id, name, arguments: '' }
    calls[index].arguments += args
  }
  return calls
}

describe('definitions', () => {
  test('reach the provider exactly as sent, whatever the names', async () => {
    const schema = {
      $defs: { place: { type: 'object', additionalProperties: false, properties: { name: { type: ['string', 'null'], pattern: '^\\w+$' } } } },
      type: 'object',
      properties: { command: { $ref: '#/$defs/place' }, 'odd key!': { enum: [1, 'two', null], default: 1 }, required: { type: 'boolean' } },
      required: ['command'],
      additionalProperties: true,
      'x-own': { any: 'thing' },
    }
    const sent = [
      tool('question', { description: 'Asks — “quoted” 🙂', parameters: schema }),
      tool('bash', { description: 'Mine', strict: true }),
      tool('read', { strict: false }),
      tool('invalid'),
      tool('a'.repeat(64)),
      { type: 'function', function: { name: 'nothing' } },
    ]
    await answerTo({ tools: sent })
    expect(bridge.upstream.calls).toHaveLength(1)
    // A tool without parameters gets the schema of none: OpenAI and Copilot refuse a function that has no schema.
    const nothing = bridge.upstream.calls[0]!.body.tools.at(-1)
    expect([{ type: 'object', properties: {} }, undefined]).toContainEqual(nothing.function.parameters)
    expect(bridge.upstream.calls[0]!.body.tools.slice(0, -1)).toEqual(sent.slice(0, -1))
  })

  test('may be 100 of 100 kB together', async () => {
    const sent = Array.from({ length: 100 }, (_, index) => tool(`tool_${index}`, { description: `${index} `.repeat(300).slice(0, 1000) }))
    bridge.upstream.answer(calling(begin(0, 'call_1', 'tool_73', '{}')))
    const { choices } = await answerTo({ tools: sent })
    expect(JSON.stringify(sent).length).toBeGreaterThan(100_000)
    expect(bridge.upstream.calls[0]!.body.tools).toEqual(sent)
    expect(choices[0].message.tool_calls).toMatchObject([{ function: { name: 'tool_73' } }])
    await expectOneCall()
  })

  test('do not leak into the next request', async () => {
    await answerTo({})
    await answerTo({ tools: [tool('other')] })
    await answerTo({ tools: undefined })
    expect(bridge.upstream.calls.map((call) => call.body.tools?.map((sent: any) => sent.function.name))).toEqual([['weather', 'clock'], ['other'], undefined])
  })
})

describe('tool_choice', () => {
  test.each<[string, unknown]>([
    ['auto', 'auto'],
    ['none', 'none'],
    ['required', 'required'],
    ['named', { type: 'function', function: { name: 'clock' } }],
  ])('%s', async (_name, choice) => {
    await answerTo({ tool_choice: choice, parallel_tool_calls: false })
    const { body } = bridge.upstream.calls[0]!
    expect(body).toMatchObject({ tool_choice: choice, parallel_tool_calls: false })
    expect(body.tools).toEqual(tools)
  })

  test('of some tools leaves the others out', async () => {
    const allowed = { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'clock' } }] } }
    await answerTo({ tool_choice: allowed, parallel_tool_calls: true })
    expect(bridge.upstream.calls[0]!.body).toMatchObject({ tool_choice: 'required', parallel_tool_calls: true, tools: [tool('clock')] })
  })
})

describe('calls', () => {
  const parallel = calling(
    { content: 'I ' },
    { content: 'look.' },
    begin(0, 'call_a', 'weather', '{"ci'),
    more(0, 'ty":"Rome"}'),
    begin(1, 'call_b', 'clock'),
    more(1, '{"city":'),
    more(1, ' "Oslo"}'),
  )
  const expected = [
    { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
    { id: 'call_b', type: 'function', function: { name: 'clock', arguments: '{"city": "Oslo"}' } },
  ]

  test('in parallel, after text, are one answer of one call', async () => {
    bridge.upstream.answer(parallel)
    const { choices } = await answerTo({})
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'I look.', tool_calls: expected } })
    await expectOneCall()
  })

  test('streamed: text, then each call with its name first', async () => {
    bridge.upstream.answer(parallel)
    const frames = await framesFor({})
    expect(contentOf(frames)).toBe('I look.')
    expect(callsOf(frames)).toEqual(expected.map(({ id, function: made }) => ({ id, ...made })))
    const deltas = frames.flatMap((frame) => frame.choices?.[0]?.delta ?? [])
    const firstCall = deltas.findIndex((delta) => delta.tool_calls)
    expect(deltas[firstCall].tool_calls).toEqual([{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }])
    expect(deltas.slice(firstCall).filter((delta) => delta.content)).toEqual([])
    expect(frames.at(-2).choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' })
    await expectOneCall()
  })

  test('stream their arguments as they come', async () => {
    const parts = ['{"city"', ':"Ro', 'me', '"}']
    const answer = stepped([begin(0, 'call_a', 'weather'), ...parts.map((part) => more(0, part))], { finishReason: 'tool_calls' })
    bridge.upstream.answer(answer.script)
    const response = await bridge.chat({ messages, tools, stream: true })
    // Each part is sent once the one before has arrived here.
    const arrived: string[] = []
    let received = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      received += chunk
      const calls = parseFrames(chunk).flatMap((frame) => frame.choices?.[0]?.delta?.tool_calls ?? [])
      if (calls.length === 0) continue
      arrived.push(calls.map((call) => call.function.arguments).join(''))
      answer.next()
    }
    expect(callsOf(parseFrames(received))).toEqual([{ id: 'call_a', name: 'weather', arguments: '{"city":"Rome"}' }])
    expect(arrived).toEqual(['', ...parts])
  })

  test('of the names of opencode’s own tools are the client’s', async () => {
    const own = ['bash', 'read', 'question', 'a'.repeat(64)]
    bridge.upstream.answer(calling(...own.map((name, index) => begin(index, `call_${index}`, name, `{"command":"touch /tmp/${index}"}`))))
    const { choices } = await answerTo({ tools: own.map((name) => tool(name)) })
    expect(choices[0].message.tool_calls.map((call: any) => call.function)).toEqual(
      own.map((name, index) => ({ name, arguments: `{"command":"touch /tmp/${index}"}` })),
    )
    await expectOneCall()
  })

  test('that are the same three times are three', async () => {
    bridge.upstream.answer(calling(...[0, 1, 2].map((index) => begin(index, `call_${index}`, 'weather', '{"city":"Rome"}'))))
    const { choices } = await answerTo({})
    expect(choices[0].message.tool_calls.map((call: any) => call.id)).toEqual(['call_0', 'call_1', 'call_2'])
    await expectOneCall()
  })

  test.each<[string, string, string]>([
    ['with malformed arguments', 'weather', '{"city": "Par'],
    ['with arguments of another type', 'weather', '{"city": 3}'],
    ['without arguments', 'weather', ''],
    ['of a tool that was not sent', 'nope', '{"city":"Rome"}'],
    ['of a tool of opencode’s that was not sent', 'bash', '{"command":"ls"}'],
  ])('%s end the turn with what the model said', async (_name, name, args) => {
    bridge.upstream.answer(calling({ content: 'Hm' }, begin(0, 'call_x', name), ...(args ? [more(0, args)] : [])))
    const { choices } = await answerTo({})
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'Hm', tool_calls: [{ id: 'call_x', function: { name, arguments: args || expect.stringMatching(/^(\{\})?$/) } }] },
    })
    await expectOneCall()
  })

  test('with a finish reason of stop are still calls', async () => {
    bridge.upstream.answer(stream([begin(0, 'call_a', 'weather', '{}')]))
    const { choices } = await answerTo({})
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
    await expectOneCall()
  })
})

test('a conversation goes on with the result of a call', async () => {
  bridge.upstream.answer(calling(begin(0, 'call_a', 'weather', '{"city":"Rome"}')))
  const { choices } = await answerTo({})
  bridge.upstream.answer(say('Sunny in Rome.'))
  const history = [...messages, choices[0].message, { role: 'tool', tool_call_id: 'call_a', content: 'sunny' }]
  expect((await answerTo({ messages: history })).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Sunny in Rome.' } })
  expect(bridge.upstream.calls[1]!.body.messages).toMatchObject([
    ...messages,
    { role: 'assistant', tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }] },
    { role: 'tool', tool_call_id: 'call_a', content: 'sunny' },
  ])
})

test.each<[string, object, string]>([
  ['a bad name', { tools: [tool('a'), tool('b.c')] }, 'tools[1].function.name'],
  ['two of one name', { tools: [tool('a'), tool('a')] }, 'tools[1].function.name'],
  ['a tool of an unknown kind', { tools: [{ type: 'unheard-of' }] }, 'tools[0].type'],
  ['a choice of none there is', { tools: [], tool_choice: 'required' }, 'tool_choice'],
])('%s is refused', async (_name, fields, param) => {
  const response = await bridge.chat({ messages, ...fields })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { param } })
  expect(bridge.upstream.calls).toHaveLength(0)
})
