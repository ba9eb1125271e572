import { describe, expect, it } from 'vitest'
import { WIRES } from '../wires/models.ts'
import { seen } from '../wires/seen-bodies.ts'
import { framesOf, testApp } from './test-app.ts'

/** What Cursor posts to Chat Completions, in the words of Responses and of Anthropic, and what it gets for it. */

const schema = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] }
const model = 'openai/gpt-5'

const BODIES: [name: string, body: object][] = [
  [
    'a body of Responses',
    {
      model,
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'See' }] },
        { type: 'function_call', call_id: 'c1', name: 'read_file', arguments: '{"path":"a"}' },
        { type: 'function_call_output', call_id: 'c1', output: 'A' },
      ],
      tools: [{ type: 'function', name: 'read_file', description: 'Reads', parameters: schema }],
      tool_choice: 'auto',
      stream: true,
    },
  ],
  [
    'blocks and tools of Anthropic’s',
    {
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'See' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'read_file', input: { path: 'a' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'A' }] }] },
      ],
      tools: [{ name: 'read_file', description: 'Reads', input_schema: schema }],
      tool_choice: { type: 'auto' },
      stream: true,
    },
  ],
]

describe.each(BODIES)('%s', (_name, body) => {
  it.each([...WIRES, undefined])('reaches %s, and is answered as Chat Completions are', async (wire) => {
    const test = testApp()
    test.engine.wire = wire
    test.engine.answer = { pieces: [{ call: 'read_file', id: 'c2', args: '{"path":"b"}' }], reason: 'stop', usage: true }
    const response = await test.chat(body)
    expect([response.status, response.headers.get('x-bridge-ignored')]).toEqual([200, null])
    const frames = await framesOf(response)
    expect(JSON.parse(frames[0]!.slice(6))).toMatchObject({ object: 'chat.completion.chunk' })
    expect(frames.at(-1)).toBe('data: [DONE]')
    if (wire === undefined) {
      expect(test.engine.prompts[0]).toMatchObject({ tools: [{ name: 'read_file', parameters: schema }], toolChoice: { type: 'auto' } })
      return
    }
    expect(response.headers.get('x-bridge-lane')).toBe('translated')
    expect(frames.some((frame) => frame.includes('"tool_calls":[{"index":0,"id":"c2","type":"function"'))).toBe(true)
    const { said, calls, results, tools, choice } = seen[wire](JSON.parse(test.engine.calls[0]!.body))
    expect(said).toEqual([
      ['system', 'Be brief.'],
      ['user', 'See'],
    ])
    expect(calls).toMatchObject([{ name: 'read_file', args: { path: 'a' } }])
    expect(results).toMatchObject([{ text: 'A' }])
    expect(tools).toEqual([{ name: 'read_file', description: 'Reads', schema }])
    expect(choice).toBe('auto')
  })
})

it('cannot be passed on as it is, not even if that is wanted', async () => {
  const test = testApp()
  test.engine.wire = 'chat'
  expect((await test.chat(BODIES[1]![1], { headers: { 'x-bridge-lane': 'verbatim' } })).status).toBe(400)
})
