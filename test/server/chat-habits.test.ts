import { describe, expect, it } from 'vitest'
import type { KnownWire } from '../../src/core/call.ts'
import { WIRES } from '../wires/models.ts'
import { seen } from '../wires/seen-bodies.ts'
import { errorOf, framesOf, testApp } from './test-app.ts'

/** What clients of Chat Completions send that its vendor would refuse or has given up, through every lane. */

const model = 'openai/gpt-5'
const user = { role: 'user', content: 'Hi' }

/** Asks a provider of a format, or a session where there is none. */
async function ask(wire: KnownWire | undefined, body: object, { npm = '', headers = {} }: { npm?: string; headers?: Record<string, string> } = {}) {
  const test = testApp()
  test.engine.wire = wire
  test.engine.npm = npm
  const response = await test.chat({ model, ...body }, { headers })
  const sent = test.engine.calls[0] && JSON.parse(test.engine.calls[0].body)
  return { test, response, sent, lane: response.headers.get('x-bridge-lane') }
}

const ALL = [...WIRES, undefined]

describe.each(ALL)('to %s', (wire) => {
  it.each([
    [{ functions: [] }],
    [{ functions: [], function_call: 'auto' }],
    [{ functions: [], function_call: 'none' }],
    [{ tools: [], functions: [], tool_choice: 'auto', parallel_tool_calls: true }],
  ])('no tools in the old way are no tools: %j', async (fields) => {
    const { response, sent, test } = await ask(wire, { messages: [user], ...fields })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-bridge-ignored')).toBeNull()
    if (sent) expect(Object.keys(sent).filter((key) => /tool|function/.test(key))).toEqual([])
    else expect(test.engine.prompts[0]!.tools).toEqual([])
  })

  it.each([
    ['null', { content: null }],
    ['absent', {}],
    ['null, with no calls', { content: null, tool_calls: [] }],
    ['null, with every field', { content: null, refusal: null, tool_calls: null, function_call: null, audio: null }],
  ])('an answer without content in the history is an empty one: %s', async (_name, answer) => {
    const { response, sent, test } = await ask(wire, { messages: [user, { role: 'assistant', ...answer }, { role: 'user', content: 'Well?' }] })
    expect(response.status).toBe(200)
    const said = sent && seen[wire!](sent).said
    if (sent)
      expect(said).toEqual([
        ['user', 'Hi'],
        ['user', 'Well?'],
      ])
    else expect(test.engine.prompts[0]!.messages[1]).toEqual({ role: 'assistant', parts: [] })
    if (wire === 'chat') expect(sent.messages[1]).toMatchObject({ role: 'assistant', content: '' })
  })

  it('what we told of a model’s thoughts comes back', async () => {
    const thinking = testApp()
    thinking.engine.wire = 'messages'
    thinking.engine.answer = { pieces: [{ think: 'Let me see.', secret: 'c2lnbmF0dXJl' }, { say: 'Yes.' }], reason: 'stop' }
    const whole = ((await (await thinking.chat({ model, messages: [user], reasoning_effort: 'high' })).json()) as any).choices[0].message
    expect(whole).toMatchObject({ reasoning_content: 'Let me see.', reasoning_details: [{ type: 'reasoning.text' }] })
    const streamed = joined(await framesOf(await thinking.chat({ model, messages: [user], stream: true })))
    for (const answer of [whole, streamed]) {
      const { response, sent } = await ask(wire, { messages: [user, answer, { role: 'user', content: 'Well?' }] })
      expect(response.status).toBe(200)
      expect(response.headers.get('x-bridge-ignored')).toBeNull()
      if (sent)
        expect(
          seen[wire!](sent)
            .said.filter(([who]) => who === 'model')
            .map(([, text]) => text),
        ).toContain('Yes.')
      // It is the same model that is asked here, in the format that has a place for its token.
      if (wire === 'messages') expect(sent.messages[1].content[0]).toMatchObject({ type: 'thinking', thinking: 'Let me see.', signature: 'c2lnbmF0dXJl' })
    }
  })
})

describe('the name of who speaks', () => {
  const messages = [
    { role: 'system', name: 'rules', content: 'Be brief.' },
    { role: 'user', name: 'Ann', content: 'Hi' },
    { role: 'assistant', name: 'bot', content: 'Hello' },
    { role: 'user', name: 'Bob', content: 'Well?' },
  ]
  const names = ['rules', 'Ann', 'bot', 'Bob']

  it.each([
    ['verbatim', 'auto'],
    ['translated', 'translated'],
  ])('is carried to a provider of the format: %s', async (lane, wanted) => {
    const { sent, response, lane: taken } = await ask('chat', { messages }, { headers: { 'x-bridge-lane': wanted, 'x-bridge-strict': '1' } })
    expect([response.status, taken]).toEqual([200, lane])
    expect(sent.messages.map(({ name }: any) => name)).toEqual(names)
    expect(response.headers.get('x-bridge-ignored')).toBeNull()
  })

  it.each([['responses'], ['messages'], ['gemini'], [undefined]] as const)('is told to be lost to %s, and refused where nothing may be', async (wire) => {
    const { response, sent } = await ask(wire, { messages })
    expect(response.headers.get('x-bridge-ignored')).toBe('messages.name')
    expect(JSON.stringify(sent ?? '')).not.toContain('Ann')
    const strict = await ask(wire, { messages }, { headers: { 'x-bridge-strict': '1' } })
    expect(strict.response.status).toBe(400)
    expect((await errorOf(strict.response)).param).toBe('messages.name')
  })

  it('is lost to Mistral, whose messages have none', async () => {
    const { response, sent } = await ask('chat', { messages }, { npm: '@ai-sdk/mistral', headers: { 'x-bridge-lane': 'translated' } })
    expect(response.headers.get('x-bridge-ignored')).toBe('messages.name')
    expect(JSON.stringify(sent)).not.toContain('Ann')
  })
})

it('functions of the old way are still refused, where they would have to be read', async () => {
  for (const fields of [{ functions: [{ name: 'f' }] }, { function_call: { name: 'f' } }]) {
    const { response } = await ask('messages', { messages: [user], ...fields })
    expect(response.status).toBe(400)
    expect((await errorOf(response)).param).toBe(Object.keys(fields)[0])
  }
})

describe('fields of other models’ thoughts, passed on', () => {
  const answer = {
    role: 'assistant',
    content: 'So.',
    reasoning_content: 'Hm.',
    reasoning: 'Hm.',
    reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', index: 0 }],
    reasoning_opaque: 'x',
  }

  it.each([
    ['@ai-sdk/openai', ['role', 'content']],
    ['@ai-sdk/mistral', ['role', 'content']],
    ['@ai-sdk/groq', ['role', 'content', 'reasoning']],
    ['@ai-sdk/github-copilot', Object.keys(answer)],
    ['@openrouter/ai-sdk-provider', Object.keys(answer)],
    ['', Object.keys(answer)],
  ])('stay away from a server that refuses them: %j', async (npm, fields) => {
    const { sent, lane } = await ask('chat', { messages: [user, answer, user] }, { npm })
    expect(lane).toBe('verbatim')
    expect(Object.keys(sent.messages[1])).toEqual(fields)
    expect([sent.messages[0], sent.messages[2]]).toEqual([user, user])
  })
})

/** The message of a stream, as clients put it together. */
function joined(frames: string[]): object {
  const deltas = frames.filter((frame) => frame !== 'data: [DONE]').map((frame) => JSON.parse(frame.slice(6)).choices[0]?.delta ?? {})
  const text = (field: string) => deltas.map((delta) => delta[field] ?? '').join('')
  return {
    role: 'assistant',
    content: text('content'),
    reasoning_content: text('reasoning_content'),
    reasoning: text('reasoning'),
    reasoning_details: deltas.flatMap((delta) => delta.reasoning_details ?? []),
  }
}
