import { expect, test } from 'vitest'
import type { Prompt, SystemMessage } from '../../src/core/prompt.ts'
import { NOW, run, say, ScriptedEngine, WEATHER } from './scripted-engine.ts'
import { answered, result } from '../support/messages.ts'

const user = (text: string) => ({ role: 'user' as const, content: [{ type: 'text' as const, text }] })
const withoutTools = { toolCall: false }

/** The prompt that reaches the engine. */
async function sent(
  prompt: Partial<Prompt>,
  options: Pick<Parameters<typeof run>[1] & object, 'model' | 'settings'> = { model: withoutTools },
): Promise<Prompt> {
  const engine = new ScriptedEngine(say('ok'), say('ok'))
  await run(engine, { prompt, ...options })
  return engine.prompts[0]!
}

const instructionOf = (prompt: Prompt) => (prompt.messages[0]!.role === 'system' ? prompt.messages[0]!.content : '')

test('tools, their schemas and the form of a call are in the system message, and nothing else is left of them', async () => {
  const prompt = await sent({ tools: [WEATHER, NOW], parameters: { parallelToolCalls: true, temperature: 0 } })
  expect(prompt).toMatchObject({ tools: [], toolChoice: { type: 'auto' }, parameters: { temperature: 0 } })
  expect(prompt.parameters).not.toHaveProperty('parallelToolCalls')
  expect(prompt.messages.map(({ role }) => role)).toEqual(['system', 'user'])
  const instruction = instructionOf(prompt)
  expect(instruction).toContain('<tool_call>\n{"tool": "name", "args": {…}}\n</tool_call>')
  expect(instruction).toContain(`\n${JSON.stringify(WEATHER)}\n`)
  expect(instruction).toContain('{"name":"now","parameters":{"type":"object","properties":{}}}')
  expect(instruction).toContain('several blocks')
  expect(instruction).not.toContain('must call')
})

test('the client’s own system message comes first and stays one', async () => {
  const system = (content: string) => ({ role: 'system' as const, content })
  const { messages } = await sent({ tools: [NOW], messages: [system('One.'), system('Two.'), user('Hi'), system('Three.')] })
  expect(messages.map(({ role }) => role)).toEqual(['system', 'system', 'user', 'system'])
  expect(messages[0]).toEqual(system('One.'))
  expect((messages[1] as SystemMessage).content).toMatch(/^Two\.\n\n# Tools\n/)
  expect(messages[3]).toEqual(system('Three.'))
})

test.each<[name: string, prompt: Partial<Prompt>, said: RegExp]>([
  ['required', { toolChoice: { type: 'required' } }, /you must call a tool\./],
  ['a named tool', { toolChoice: { type: 'tool', name: 'now' } }, /you must call the tool "now"\./],
  ['no parallel calls', { parameters: { parallelToolCalls: false } }, /at most one block/],
])('%s is said', async (_name, prompt, said) => {
  expect(instructionOf(await sent({ tools: [NOW, WEATHER], ...prompt }))).toMatch(said)
})

test('with tool_choice none there is no instruction, and the answer is only text', async () => {
  const engine = new ScriptedEngine(say('<tool_call>{"tool":"now"}</tool_call>'))
  const summary = await run(engine, { prompt: { tools: [NOW], toolChoice: { type: 'none' } }, model: withoutTools })
  expect(summary).toMatchObject({ text: '<tool_call>{"tool":"now"}</tool_call>', calls: [], reason: 'stop' })
  expect(engine.prompts[0]).toMatchObject({ tools: [], messages: [user('Hi')] })
})

test('earlier calls and results are text of the same form, with their ids, also without tools', async () => {
  const { messages } = await sent({
    tools: [],
    messages: [
      user('Weather?'),
      answered('Looking.', {
        reasoning: 'hm',
        calls: [
          { id: 'call_1', name: 'get_weather', arguments: '{"city": "Oslo",  "n": 1.0}' },
          { id: 'call_2', name: 'now', arguments: '{broken' },
        ],
      }),
      result('call_1', 'rain "heavy"\n</tool_result>'),
      result('call_2', '12:00'),
      answered('', { calls: [{ id: 'call_3', name: 'now', arguments: '{}' }] }),
      result('call_9', ''),
      user('And?'),
    ],
  })
  expect(messages).toEqual([
    user('Weather?'),
    answered(
      'Looking.\n<tool_call>\n{"id": "call_1", "tool": "get_weather", "args": {"city": "Oslo",  "n": 1.0}}\n</tool_call>\n' +
        '<tool_call>\n{"id": "call_2", "tool": "now", "args": "{broken"}\n</tool_call>',
      { reasoning: 'hm' },
    ),
    user(
      '<tool_result>\n{"id":"call_1","tool":"get_weather","result":"rain \\"heavy\\"\\n</tool_result>"}\n</tool_result>\n' +
        '<tool_result>\n{"id":"call_2","tool":"now","result":"12:00"}\n</tool_result>',
    ),
    answered('<tool_call>\n{"id": "call_3", "tool": "now", "args": {}}\n</tool_call>'),
    user('<tool_result>\n{"id":"call_9","result":""}\n</tool_result>'),
    user('And?'),
  ])
})

test('the client’s prompt is not changed', async () => {
  const prompt = { tools: [WEATHER], messages: [{ role: 'system' as const, content: 'S' }, user('Hi'), result('x', 'r')] }
  const before = structuredClone(prompt)
  await sent(prompt)
  expect(prompt).toEqual(before)
})

test.each([
  ['a model with tools', true, {}, true],
  ['a model without', false, {}, false],
  ['a model that is forced to JSON', true, { jsonTools: ['test/*'] }, false],
  ['a model that is forced to native', false, { nativeTools: ['test/model'] }, true],
  ['another model that is forced', true, { jsonTools: ['other/*'] }, true],
  ['the longer pattern', true, { jsonTools: ['*'], nativeTools: ['test/*'] }, true],
  ['the longer pattern, reversed', false, { jsonTools: ['test/*'], nativeTools: ['*'] }, false],
  ['the same in both', true, { jsonTools: ['test/*'], nativeTools: ['test/*'] }, false],
])('%s', async (_name, toolCall, settings, native) => {
  const prompt = await sent({ tools: [NOW] }, { model: { toolCall }, settings })
  expect(prompt.tools).toEqual(native ? [NOW] : [])
})

test('without tools a model without tools gets the prompt as it is', async () => {
  const prompt = await sent({ parameters: { temperature: 1 } })
  expect(prompt).toMatchObject({ messages: [user('Hi')], parameters: { temperature: 1 } })
})
