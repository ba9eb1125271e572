import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { altered, send, tampered, TOOLS } from '../support/strict/by-hand.ts'
import { type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'
import { nonceOf } from '../support/strict/scripts.ts'

let provider: StrictProvider

beforeAll(async () => {
  provider = await startStrictProvider()
})

beforeEach(() => provider.reset())

afterAll(() => provider.close())

const CLAUDE = 'anthropic/claude-sonnet-4.5-loop'
const GEMINI = 'google/gemini-3-pro-loop'
const GPT = 'openai/gpt-5.4-loop'

const chat = (body: object, tag?: string) => send(provider, { wire: 'openrouter', path: '/chat/completions', body, ...(tag === undefined ? {} : { tag }) })

/** The body of a request after `steps` steps of a loop, as a good client sends it. */
async function afterSteps(model: string, steps: number): Promise<any> {
  const body: any = { model, messages: [{ role: 'user', content: 'Go' }], tools: TOOLS.chat, reasoning: { effort: 'high' } }
  for (let step = 0; step < steps; step++) {
    const { message } = (await chat(body)).json.choices[0]
    const results = message.tool_calls.map(({ id }: any, index: number) => ({ role: 'tool', tool_call_id: id, content: `r${step}${index}` }))
    body.messages.push(message, ...results)
  }
  return body
}

test.each([CLAUDE, GEMINI, GPT, 'anthropic/claude-sonnet-4.5-redacted'])('details of %s that come back are good', async (model) => {
  const body = await afterSteps(model, 2)
  const { json } = await chat(body)
  expect(json.choices[0].message.content).toBe(`All done: ${nonceOf(['r00', 'r01', 'r10'])}`)
  expect(provider.calls.at(-1)!.returned).toHaveLength(model.endsWith('redacted') ? 3 : 2)
  expect([provider.violations, provider.losses]).toEqual([[], []])
})

test('as pieces of a stream they are good, too', async () => {
  const body = await afterSteps(CLAUDE, 1)
  const [detail] = body.messages[1].reasoning_details
  body.messages[1].reasoning_details = [
    { ...detail, text: detail.text.slice(0, 7), signature: null },
    { ...detail, text: detail.text.slice(7), signature: null },
    { ...detail, text: '' },
  ]
  expect((await chat(body)).status).toBe(200)
  expect([provider.violations, provider.losses]).toEqual([[], []])
})

describe('what the vendor behind it refuses', () => {
  const detailsOf = (body: any) => body.messages[1].reasoning_details

  test.each<[rule: string, model: string, change: (body: any) => void, vendor: string, raw: string]>([
    [
      'details-missing',
      CLAUDE,
      (body) => delete body.messages[1].reasoning_details,
      'Anthropic',
      'Expected `thinking` or `redacted_thinking`, but found `tool_use`',
    ],
    ['details-missing', 'anthropic/claude-sonnet-4.5-interleaved', (body) => detailsOf(body).pop(), 'Anthropic', 'cannot be modified'],
    ['altered-token', CLAUDE, (body) => (detailsOf(body)[0].text += '!'), 'Anthropic', 'Invalid `signature` in `thinking` block'],
    [
      'unknown-token',
      CLAUDE,
      (body) => (detailsOf(body)[0].signature = tampered(detailsOf(body)[0].signature)),
      'Anthropic',
      'Invalid `signature` in `thinking` block',
    ],
    ['foreign-token', CLAUDE, (body) => (body.model = 'anthropic/claude-opus-4.5-loop'), 'Anthropic', 'Invalid `signature` in `thinking` block'],
    ['details-missing', GEMINI, (body) => delete body.messages[1].reasoning_details, 'Google', 'missing a `thought_signature`'],
    ['altered-token', GEMINI, (body) => (detailsOf(body)[1].id = body.messages[1].tool_calls[1].id), 'Google', 'Thought signature is not valid'],
    ['unknown-token', GEMINI, (body) => (detailsOf(body)[1].data = tampered(detailsOf(body)[1].data)), 'Google', 'Thought signature is not valid'],
    ['foreign-token', GPT, (body) => (body.model = 'openai/gpt-5.5-loop'), 'OpenAI', 'The encrypted content could not be verified'],
  ])('%s of %s (%#)', async (rule, model, change, provider_name, raw) => {
    const { status, json } = await chat(altered(await afterSteps(model, 1), change))
    expect(provider.violations).toMatchObject([{ rule: `openrouter/${rule}` }])
    expect({ status, json }).toMatchObject({
      status: 400,
      json: {
        error: { message: 'Provider returned error', code: 400, metadata: { raw: expect.stringContaining(raw), provider_name } },
        user_id: expect.any(String),
      },
    })
  })

  test('nothing of GPT that is missing, at a loss', async () => {
    const body = await afterSteps(GPT, 1)
    delete body.messages[1].reasoning_details
    expect((await chat(body)).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'openrouter/reasoning-lost', turn: 'current' }])
  })

  test('a token of another provider', async () => {
    expect((await chat(await afterSteps(CLAUDE, 1), 'b')).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'openrouter/foreign-token' }])
  })
})

test('its own envelope around what the form of a request lacks', async () => {
  expect(await chat({ model: CLAUDE, messages: [{ role: 'tool', tool_call_id: 'x', content: 'y' }] })).toMatchObject({
    status: 400,
    json: { error: { code: 400, message: expect.any(String) } },
  })
  expect(await chat({ model: 'anthropic/claude-9', messages: [{ role: 'user', content: 'x' }] })).toMatchObject({
    status: 400,
    json: { error: { message: 'anthropic/claude-9 is not a valid model ID' } },
  })
  expect(await send(provider, { wire: 'openrouter', path: '/chat/completions', body: {}, headers: { authorization: 'Bearer nope' } })).toMatchObject({
    status: 401,
    json: { error: { message: 'User not found.' } },
  })
})
