import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { altered, send, tampered, TOOLS } from '../support/strict/by-hand.ts'
import { COPILOT_MODELS } from '../support/strict/copilot/models.ts'
import { type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'
import { nonceOf } from '../support/strict/scripts.ts'

let provider: StrictProvider

beforeAll(async () => {
  provider = await startStrictProvider()
})

beforeEach(() => provider.reset())

afterAll(() => provider.close())

const GEMINI = 'gemini-3-pro-loop'
const CLAUDE = 'claude-sonnet-4.5-loop'

const chat = (body: object, headers: Record<string, string> = {}) => send(provider, { wire: 'copilot', path: '/chat/completions', body, headers })

/** The body of a chat request after `steps` steps of a loop, as a good client sends it. */
async function afterSteps(model: string, steps: number): Promise<any> {
  const body: any = { model, messages: [{ role: 'user', content: 'Go' }], tools: TOOLS.chat, thinking_budget: 2000 }
  for (let step = 0; step < steps; step++) {
    const { message } = (await chat(body)).json.choices[0]
    const results = message.tool_calls.map(({ id }: any, index: number) => ({ role: 'tool', tool_call_id: id, content: `r${step}${index}` }))
    body.messages.push(message, ...results)
  }
  return body
}

describe('its login and its headers', () => {
  const HELLO = { model: 'gpt-4.1-echo', messages: [{ role: 'user', content: 'hello' }] }

  test('all of them are good', async () => {
    expect((await chat(HELLO)).json.choices[0].message.content).toBe('hello')
    expect((await chat(HELLO, { 'x-initiator': 'agent' })).status).toBe(200)
  })

  test.each([
    ['login', 401, { authorization: 'Bearer ghu_other' }],
    ['login', 401, { authorization: 'Bearer gho_other' }],
    ['header', 400, { 'x-initiator': 'robot' }],
    ['header', 400, { 'openai-intent': '' }],
    ['header', 400, { 'x-github-api-version': 'new' }],
  ])('%s (%#)', async (rule, status, headers) => {
    expect((await chat(HELLO, headers as unknown as Record<string, string>)).status).toBe(status)
    expect(provider.violations).toMatchObject([{ rule: `copilot/${rule}` }])
  })

  test('an image wants to be said', async () => {
    const body = {
      model: 'gpt-4.1-echo',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
            { type: 'text', text: 'see' },
          ],
        },
      ],
    }
    expect(await chat(body)).toMatchObject({ status: 400, text: 'missing required Copilot-Vision-Request header for vision requests\n' })
    expect((await chat(body, { 'copilot-vision-request': 'true' })).status).toBe(200)
  })

  test('a token that was rotated is worthless', async () => {
    const before = provider.copilotToken
    provider.rotateCopilotToken()
    expect((await chat(HELLO, { authorization: `Bearer ${before}` })).status).toBe(401)
    expect((await chat(HELLO)).status).toBe(200)
  })
})

test('its list of models says how each is called', async () => {
  const list = await fetch(`${provider.base('copilot')}/models`, {
    headers: { authorization: `Bearer ${provider.copilotToken}`, 'x-github-api-version': '2026-06-01' },
  })
  const { data } = (await list.json()) as any
  expect(data.map(({ id, supported_endpoints }: any) => [id, supported_endpoints[0]])).toEqual(Object.entries(COPILOT_MODELS))
  expect(data[0]).toMatchObject({
    model_picker_enabled: true,
    version: expect.any(String),
    policy: { state: 'enabled' },
    capabilities: { family: expect.any(String), limits: { max_output_tokens: 32_000 }, supports: { tool_calls: true } },
  })
})

describe('reasoning in chat', () => {
  test.each([GEMINI, CLAUDE])('of %s that comes back is good', async (model) => {
    const body = await afterSteps(model, 2)
    expect(body.messages[1]).toMatchObject({ reasoning_text: expect.stringContaining('The model considers'), reasoning_opaque: expect.any(String) })
    expect((await chat(body)).json.choices[0].message.content).toBe(`All done: ${nonceOf(['r00', 'r01', 'r10'])}`)
    expect(provider.calls.at(-1)!.returned).toHaveLength(2)
    expect([provider.violations, provider.losses]).toEqual([[], []])
  })

  test.each<[rule: string, model: string, change: (message: any) => void]>([
    ['opaque-missing', GEMINI, (message) => delete message.reasoning_opaque],
    ['unknown-token', GEMINI, (message) => (message.reasoning_opaque = tampered(message.reasoning_opaque))],
    ['altered-token', CLAUDE, (message) => (message.reasoning_text = message.reasoning_text.trim())],
    ['altered-token', CLAUDE, (message) => delete message.reasoning_text],
  ])('%s of %s', async (rule, model, change) => {
    const body = altered(await afterSteps(model, 1), ({ messages }) => change(messages[1]))
    expect(await chat(body)).toMatchObject({ status: 400, json: { error: { code: 'invalid_request_body' } } })
    expect(provider.violations).toMatchObject([{ rule: `copilot/${rule}` }])
  })

  test('of another model', async () => {
    expect((await chat({ ...(await afterSteps(CLAUDE, 1)), model: GEMINI })).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'copilot/foreign-token' }])
  })

  test("Claude's may be left out, at a loss", async () => {
    const body = altered(await afterSteps(CLAUDE, 1), ({ messages }) => delete messages[1].reasoning_opaque)
    expect((await chat(body)).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'copilot/reasoning-lost' }])
  })
})

describe('its other wires', () => {
  test('Responses, whose ids are new in every event', async () => {
    const body = {
      model: 'gpt-5.4-loop',
      input: [{ role: 'user', content: 'Go' }] as any[],
      tools: TOOLS.responses,
      store: false,
      include: ['reasoning.encrypted_content'],
    }
    const { text } = await send(provider, { wire: 'copilot', path: '/responses', body: { ...body, stream: true } })
    const events = text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
    const ids = events.filter(({ output_index }) => output_index === 1).map(({ item, item_id }) => item?.id ?? item_id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids[0]).toMatch(/^.{400}$/)
    const { output } = events.at(-1).response
    body.input.push(
      ...output,
      ...output.filter(({ type }: any) => type === 'function_call').map(({ call_id }: any) => ({ type: 'function_call_output', call_id, output: 'x' })),
    )
    expect((await send(provider, { wire: 'copilot', path: '/responses', body })).status).toBe(200)
    expect(provider.calls.at(-1)!.returned).toHaveLength(1)
    body.input.splice(1, 1)
    expect((await send(provider, { wire: 'copilot', path: '/responses', body })).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'copilot-responses/reasoning-lost' }])
  })

  test('Messages, whose thinking is as strict as with Anthropic', async () => {
    const body = {
      model: 'claude-opus-4.8-loop',
      max_tokens: 4096,
      thinking: { type: 'adaptive', display: 'summarized' },
      messages: [{ role: 'user', content: 'Go' }] as any[],
      tools: TOOLS.anthropic,
    }
    const { json } = await send(provider, { wire: 'copilot', path: '/v1/messages', body })
    const results = json.content.filter(({ type }: any) => type === 'tool_use').map(({ id }: any) => ({ type: 'tool_result', tool_use_id: id, content: 'x' }))
    body.messages.push({ role: 'assistant', content: json.content }, { role: 'user', content: results })
    expect((await send(provider, { wire: 'copilot', path: '/v1/messages', body })).status).toBe(200)
    json.content[0].thinking = json.content[0].thinking.trim()
    expect((await send(provider, { wire: 'copilot', path: '/v1/messages', body })).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'anthropic/altered-token' }])
  })
})
