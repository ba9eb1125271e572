import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Prompt } from '../../src/core/prompt.ts'
import { describeEachEngine } from '../support/each-engine.ts'
import { callsOf, startEngine, type TestEngine, textOf } from '../support/engine.ts'
import { sayGemini, sayMessages, sayResponses, type WireAnswer } from '../support/provider-wires.ts'
import { say, type Script, startUpstream, stream, type Upstream } from '../support/upstream.ts'
import { answered, result } from '../support/messages.ts'

/** What reaches providers that do not speak OpenAI's chat format, GitHub Copilot's two formats among them. */

const call = { id: 'call_1', name: 'get_weather', arguments: ['{"city":', '"Paris"}'] }
const tools = [{ name: 'get_weather', description: 'Weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } }]
const messages: Prompt['messages'] = [
  { role: 'system', content: 'Be terse.' },
  { role: 'user', content: [{ type: 'text', text: 'Rome?' }] },
  answered('', { calls: [{ id: 'call_0', name: 'get_weather', arguments: '{"city": "Rome"}' }] }),
  result('call_0', 'sunny'),
  { role: 'user', content: [{ type: 'text', text: 'Paris?' }] },
]
const parameters: Prompt['parameters'] = { temperature: 0.5, maxOutputTokens: 77, stop: ['END'], parallelToolCalls: false, user: 'u1' }

let upstream: Upstream
let bench: TestEngine

function env(root: string): NodeJS.ProcessEnv {
  const limit = { context: 100_000, output: 8000 }
  const provider = (npm: string) => ({ npm, options: { baseURL: root, apiKey: 'k' }, models: { m: { limit } } })
  return {
    OPENCODE_AUTH_CONTENT: JSON.stringify({ 'github-copilot': { type: 'oauth', refresh: 'gho_refresh', access: 'gho_refresh', expires: 0 } }),
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      provider: {
        'github-copilot': { options: { baseURL: root } },
        claude: provider('@ai-sdk/anthropic'),
        gemini: provider('@ai-sdk/google'),
        openai2: provider('@ai-sdk/openai'),
      },
    }),
  }
}

const ask = (prompt: Partial<Prompt> & { model: string }) => bench.generate({ messages, tools, parameters, ...prompt })

function sayChat({ text, call: made }: WireAnswer): Script {
  if (!made) return say(text ?? '')
  const start = { tool_calls: [{ index: 0, id: made.id, type: 'function', function: { name: made.name, arguments: '' } }] }
  const rest = made.arguments.map((args) => ({ tool_calls: [{ index: 0, function: { arguments: args } }] }))
  return stream([...(text === undefined ? [] : [{ content: text }]), start, ...rest], { finishReason: 'tool_calls' })
}

const wires: { name: string; model: string; path: RegExp; answer: (answer: WireAnswer) => Script; wire: string }[] = [
  { name: 'Copilot, chat', model: 'github-copilot/gpt-5-mini', path: /\/chat\/completions$/, answer: sayChat, wire: 'chat' },
  { name: 'Copilot, responses', model: 'github-copilot/gpt-5.4', path: /\/responses$/, answer: sayResponses, wire: 'responses' },
  { name: 'OpenAI responses', model: 'openai2/m', path: /\/responses$/, answer: sayResponses, wire: 'responses' },
  { name: 'Anthropic messages', model: 'claude/m', path: /\/messages$/, answer: sayMessages, wire: 'messages' },
  { name: 'Gemini', model: 'gemini/m', path: /:streamGenerateContent/, answer: sayGemini, wire: 'gemini' },
]

describeEachEngine('engine', (engineName) => {
  beforeAll(async () => {
    upstream = await startUpstream()
    bench = await startEngine(engineName, env(upstream.url), 'claude/m')
  })
  afterAll(async () => {
    await bench.close()
    await upstream.close()
  })
  beforeEach(() => {
    upstream.calls.length = 0
  })

  describe.each(wires)('$name', ({ name, model, path, answer, wire }) => {
    test('text, a tool call with its exact arguments, and usage come back; one provider call', async () => {
      upstream.answer(answer({ text: 'Let me look.', call }))
      const events = await ask({ model })
      expect(textOf(events)).toBe('Let me look.')
      expect(callsOf(events)).toEqual([{ name: 'get_weather', arguments: '{"city":"Paris"}' }])
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls', usage: { input: 11, output: 10, cachedInput: 4 } })
      expect(upstream.calls).toHaveLength(1)
      expect(upstream.calls[0]!.path).toMatch(path)
      expect(upstream.calls[0]!.headers).not.toHaveProperty('x-opencode-bridge-request')
      // Made up for each session.
      const { prompt_cache_key: _key, ...body } = upstream.calls[0]!.body
      expect(body).toMatchSnapshot(name)
    })

    test('the catalogue knows the format', () => {
      expect(bench.engine.models().find(({ id }) => id === model)).toMatchObject({ wire })
    })
  })

  test('Copilot is called with the user’s token', async () => {
    upstream.answer(say('ok'))
    await ask({ model: 'github-copilot/gpt-5-mini', tools: [] })
    expect(upstream.calls[0]!.headers).toMatchObject({ authorization: 'Bearer gho_refresh' })
  })

  test('a system message in mid-conversation keeps its role, or becomes a user’s where there is no such role', async () => {
    const late: Prompt['messages'] = [
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'system', content: 'late' },
      { role: 'user', content: [{ type: 'text', text: 'there' }] },
    ]
    upstream.answer(sayResponses({ text: 'ok' }))
    await ask({ model: 'openai2/m', messages: late, tools: [] })
    expect(upstream.calls[0]!.body.input.map(({ role }: { role: string }) => role)).toEqual(['user', 'system', 'user'])
    upstream.answer(sayMessages({ text: 'ok' }))
    await ask({ model: 'claude/m', messages: late, tools: [] })
    expect(JSON.stringify(upstream.calls[1]!.body)).toContain('"text":"late"')
  })
})
