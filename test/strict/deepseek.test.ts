import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { altered, send, TOOLS } from '../support/strict/by-hand.ts'
import { type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'
import { nonceOf } from '../support/strict/scripts.ts'

let provider: StrictProvider

beforeAll(async () => {
  provider = await startStrictProvider()
})

beforeEach(() => provider.reset())

afterAll(() => provider.close())

const chat = (body: object) => send(provider, { wire: 'deepseek', path: '/chat/completions', body })

/** The body of a request after `steps` steps of a loop, as a good client sends it. */
async function afterSteps(steps: number): Promise<any> {
  const body: any = { model: 'deepseek-v4-loop', messages: [{ role: 'user', content: 'Go' }], tools: TOOLS.chat }
  for (let step = 0; step < steps; step++) {
    const { message } = (await chat(body)).json.choices[0]
    const results = message.tool_calls.map(({ id }: any, index: number) => ({ role: 'tool', tool_call_id: id, content: `r${step}${index}` }))
    body.messages.push(message, ...results)
  }
  return body
}

test('reasoning that comes back is good', async () => {
  const body = await afterSteps(2)
  expect(body.messages[1].reasoning_content).toMatch(/^The model considers — “all of it” 🙂\n\n {2}step by step,\tthen \w+\. $/)
  const { json } = await chat(body)
  expect(json.choices[0].message.content).toBe(`All done: ${nonceOf(['r00', 'r01', 'r10'])}`)
  expect(provider.calls.at(-1)!.returned).toHaveLength(2)
  expect([provider.violations, provider.losses]).toEqual([[], []])
})

test.each<[rule: string, change: (messages: any[]) => void]>([
  ['reasoning-missing', (messages) => delete messages[1].reasoning_content],
  ['reasoning-missing', (messages) => (messages[1].reasoning_content = null)],
  ['reasoning-altered', (messages) => (messages[1].reasoning_content = messages[1].reasoning_content.trim())],
  ['reasoning-altered', (messages) => (messages[1].reasoning_content = messages[4].reasoning_content)],
  ['role', (messages) => messages.unshift({ role: 'developer', content: 'Be brief.' })],
  ['call-without-result', (messages) => messages.splice(2, 1)],
])('%s (%#)', async (rule, change) => {
  const body = await afterSteps(2)
  const { status, json } = await chat(altered(body, (copy) => change(copy.messages)))
  expect(provider.violations).toMatchObject([{ rule: `deepseek/${rule}` }])
  expect({ status, json }).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', param: null, code: 'invalid_request_error' } } })
})

test('that of earlier turns is wanted as well', async () => {
  const body = await afterSteps(2)
  body.messages.push({ role: 'assistant', content: 'Done.' }, { role: 'user', content: 'More.' })
  expect((await chat(body)).status).toBe(200)
  delete body.messages[1].reasoning_content
  expect((await chat(body)).status).toBe(400)
})

test('its words for what is missing', async () => {
  const body = await afterSteps(1)
  delete body.messages[1].reasoning_content
  expect((await chat(body)).json.error.message).toBe('The `reasoning_content` in the thinking mode must be passed back to the API.')
})

test('an empty one is taken, at a loss; none is wanted with thinking off', async () => {
  const body = await afterSteps(1)
  body.messages[1].reasoning_content = ''
  expect((await chat(body)).status).toBe(200)
  expect(provider.losses).toMatchObject([{ rule: 'deepseek/reasoning-lost', turn: 'current' }])
  delete body.messages[1].reasoning_content
  const { status, json } = await chat({ ...body, thinking: { type: 'disabled' } })
  expect(status).toBe(200)
  expect(json.choices[0].message).not.toHaveProperty('reasoning_content')
  expect(provider.violations).toEqual([])
})

test('of calls that it never made any reasoning is good', async () => {
  const calls = [{ id: 'call_elsewhere', type: 'function', function: { name: 'get_weather', arguments: '{}' } }]
  const messages = [
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: '', reasoning_content: '', tool_calls: calls },
    { role: 'tool', tool_call_id: 'call_elsewhere', content: 'x' },
  ]
  expect((await chat({ model: 'deepseek-v4-loop', messages, tools: TOOLS.chat })).status).toBe(200)
  expect(provider.losses).toEqual([])
})
