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

const INTERLEAVED = { 'anthropic-beta': 'interleaved-thinking-2025-05-14' }
const BINDING = { 'anthropic-beta': 'thinking-binding-controls-2026-08-01' }

const messages = (body: object, headers: Record<string, string> = INTERLEAVED, tag?: string) =>
  send(provider, { wire: 'anthropic', path: '/messages', body, headers, ...(tag === undefined ? {} : { tag }) })

const use = (id: string) => ({ type: 'tool_use', id, name: 'get_weather', input: { city: 'Paris' } })
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'sunny' })

const GOOD = {
  model: 'claude-sonnet-4-5-loop',
  max_tokens: 4096,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: 'What is the weather like?' },
    { role: 'assistant', content: [{ type: 'text', text: 'Let me see.' }, use('toolu_1'), use('toolu_2')] },
    { role: 'user', content: [result('toolu_1'), result('toolu_2'), { type: 'text', text: 'Quick.' }] },
  ],
  tools: TOOLS.anthropic,
}

/** Said to the model in the middle of a conversation. */
const LATER = { role: 'system', content: 'Be kind.' }

const THINKING = { type: 'enabled', budget_tokens: 1024 }

describe('what Anthropic refuses', () => {
  test('a good request is none of it', async () => {
    const { status, json } = await messages(GOOD)
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { type: 'message', role: 'assistant', stop_reason: 'tool_use', content: [{ type: 'tool_use' }] },
    })
    expect(provider.violations).toEqual([])
  })

  test('nor what newer models take, or a beta opens', async () => {
    const [asked, ...rest] = GOOD.messages
    const opened = { 'anthropic-beta': 'context-management-2025-06-27' }
    const newer = { ...GOOD, model: 'claude-opus-4-8-loop', messages: [asked, LATER, ...rest], context_management: { edits: [] } }
    expect((await messages(newer, opened)).status).toBe(200)
    expect(provider.violations).toEqual([])
  })

  test.each<[rule: string, change: (body: any) => void, message: string]>([
    ['missing', (body) => delete body.max_tokens, 'max_tokens: Field required'],
    ['missing', (body) => delete body.model, 'model: Field required'],
    ['type', (body) => (body.max_tokens = 'many'), 'max_tokens: Input should be a valid integer'],
    ['unknown-field', (body) => (body.seed = 1), 'seed: Extra inputs are not permitted'],
    ['unknown-field', (body) => (body.messages[0].name = 'x'), 'messages.0.name: Extra inputs are not permitted'],
    ['unknown-field', (body) => (body.messages[1].content[0].id = 'x'), 'messages.1.content.0.text.id: Extra inputs are not permitted'],
    ['empty-messages', (body) => (body.messages = []), 'at least one message is required'],
    ['role', (body) => body.messages.splice(1, 0, LATER), "role 'system' is not supported on this model"],
    ['role', (body) => body.messages.splice(2, 0, LATER) && (body.model = 'claude-opus-4-8-loop'), 'must follow one with role "user"'],
    ['unknown-field', (body) => (body.context_management = { edits: [] }), 'context_management: Extra inputs are not permitted'],
    ['role', (body) => (body.messages[0].role = 'tool'), "Input should be 'user' or 'assistant'"],
    ['first-role', (body) => body.messages.shift(), 'first message must use the "user" role'],
    ['empty-content', (body) => (body.messages[0].content = ''), 'all messages must have non-empty content'],
    ['empty-text', (body) => (body.messages[0].content = [{ type: 'text', text: '' }]), 'text content blocks must be non-empty'],
    ['empty-text', (body) => (body.messages[0].content = ' \n'), 'must contain non-whitespace text'],
    ['empty-text', (body) => (body.system[0].text = ''), 'cache_control cannot be set for empty text blocks'],
    ['block-type', (body) => (body.messages[0].content = [{ type: 'image_url' }]), "Input tag 'image_url'"],
    ['block-type', (body) => (body.messages[0].content = [use('toolu_9')]), "Input tag 'tool_use'"],
    ['call-id', (body) => (body.messages[1].content[1].id = 'call.1'), "String should match pattern '^[a-zA-Z0-9_-]+$'"],
    ['call-id', (body) => (body.messages[1].content[2].id = 'toolu_1'), '`tool_use` ids must be unique'],
    ['call-input', (body) => (body.messages[1].content[1].input = '{}'), 'tool_use.input: Input should be an object'],
    ['call-without-result', (body) => body.messages[2].content.shift(), 'ids were found without `tool_result` blocks immediately after: toolu_1'],
    ['call-without-result', (body) => body.messages[2].content.unshift(body.messages[2].content.pop()), 'ids were found without `tool_result` blocks'],
    ['result-without-call', (body) => body.messages[1].content.pop(), 'unexpected `tool_use_id` found in `tool_result` blocks: toolu_2'],
    ['result-twice', (body) => body.messages[2].content.splice(1, 0, result('toolu_1')), 'each tool_use must have a single result'],
    ['trailing-whitespace', (body) => body.messages.push({ role: 'assistant', content: 'It is ' }), 'cannot end with trailing whitespace'],
    [
      'cache-control',
      (body) => body.messages[2].content.push(...Array(4).fill({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })),
      'A maximum of 4 blocks',
    ],
    ['tool-name', (body) => (body.tools[0].name = 'get.weather'), "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'"],
    ['tool-name', (body) => body.tools.push(body.tools[0]), 'Tool names must be unique'],
    ['missing', (body) => delete body.tools[0].input_schema, 'tools.0.custom.input_schema: Field required'],
    ['tool-schema', (body) => (body.tools[0].input_schema = {}), 'input_schema.type: Field required'],
    [
      'choice-without-tools',
      (body) => Object.assign(body, { tools: undefined, tool_choice: { type: 'auto' } }),
      'tool_choice may only be specified while providing tools',
    ],
    ['tool-choice', (body) => (body.tool_choice = { type: 'tool', name: 'other' }), "Tool 'other' not found"],
    ['stop-sequence', (body) => (body.stop_sequences = [' ']), 'each stop sequence must contain non-whitespace'],
    ['thinking-first', (body) => (body.thinking = THINKING), 'Expected `thinking` or `redacted_thinking`, but found `text`'],
    ['thinking-budget', (body) => (body.thinking = { type: 'enabled', budget_tokens: 1000 }), 'greater than or equal to 1024'],
    ['missing', (body) => (body.thinking = { type: 'enabled' }), 'thinking.enabled.budget_tokens: Field required'],
    ['thinking-temperature', (body) => Object.assign(body, { thinking: THINKING, temperature: 0.5 }), '`temperature` may only be set to 1'],
    ['thinking-top-k', (body) => Object.assign(body, { thinking: THINKING, top_k: 5 }), '`top_k` must be unset'],
    ['thinking-top-p', (body) => Object.assign(body, { thinking: THINKING, top_p: 0.5 }), '`top_p` must be greater than or equal to 0.95'],
    [
      'thinking-forced-tool',
      (body) => Object.assign(body, { thinking: THINKING, tool_choice: { type: 'any' } }),
      'Thinking may not be enabled when tool_choice forces tool use',
    ],
    ['unknown-field', (body) => (body.thinking = { type: 'adaptive', block_binding: {} }), 'thinking.adaptive.block_binding: Extra inputs are not permitted'],
    [
      'thinking-type',
      (body) => Object.assign(body, { model: 'claude-opus-4-8-loop', thinking: THINKING }),
      '"thinking.type.enabled" is not supported for this model',
    ],
    ['sampling', (body) => Object.assign(body, { model: 'claude-opus-4-8-loop', temperature: 0.5 }), '`temperature` is deprecated for this model'],
    [
      'unknown-token',
      (body) => body.messages[1].content.unshift({ type: 'thinking', thinking: 'Hm', signature: 'c2ln' }),
      'messages.1.content.0: Invalid `signature` in `thinking` block',
    ],
    ['missing', (body) => body.messages[1].content.unshift({ type: 'thinking', thinking: 'Hm' }), 'thinking.signature: Field required'],
  ])('%s (%#)', async (rule, change, message) => {
    const { status, json } = await messages(altered(GOOD, change))
    expect(provider.violations).toMatchObject([{ rule: `anthropic/${rule}` }])
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { type: 'error', error: { type: 'invalid_request_error', message: expect.stringContaining(message) }, request_id: expect.stringMatching(/^req_/) },
    })
  })

  test('a budget beyond the answer, unless it is that of a turn', async () => {
    const body = { ...GOOD, messages: GOOD.messages.slice(0, 1), max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 3000 } }
    expect(await messages(body, {})).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('`max_tokens` must be greater than `thinking.budget_tokens`') } },
    })
    expect((await messages(body)).status).toBe(200)
  })

  test('its headers', async () => {
    const unversioned = await fetch(`${provider.base('anthropic')}/messages`, {
      method: 'POST',
      headers: { 'x-api-key': provider.key },
      body: JSON.stringify(GOOD),
    })
    expect([unversioned.status, await unversioned.json()]).toMatchObject([400, { error: { message: 'anthropic-version: header is required' } }])
    expect(await send(provider, { wire: 'anthropic', path: '/messages', body: GOOD, headers: { 'x-api-key': 'nope' } })).toMatchObject({
      status: 401,
      json: { error: { type: 'authentication_error' } },
    })
    expect(await messages({ ...GOOD, model: 'claude-9' })).toMatchObject({ status: 404, json: { error: { type: 'not_found_error' } } })
  })
})

/** The body of the second request of a loop, as a good client sends it, or of a later one. */
async function afterSteps(steps: number, changes: object = {}, headers?: Record<string, string>): Promise<any> {
  const body: any = {
    model: 'claude-sonnet-4-5-loop',
    max_tokens: 4096,
    thinking: THINKING,
    tools: TOOLS.anthropic,
    messages: [{ role: 'user', content: 'Go' }],
    ...changes,
  }
  for (let step = 0; step < steps; step++) {
    const { json } = await messages(body, headers)
    const calls = json.content.filter(({ type }: any) => type === 'tool_use')
    body.messages.push(
      { role: 'assistant', content: json.content },
      { role: 'user', content: calls.map(({ id }: any, index: number) => ({ type: 'tool_result', tool_use_id: id, content: `r${step}${index}` })) },
    )
  }
  return body
}

describe('thinking that comes back', () => {
  test.each(['loop', 'redacted', 'silent', 'interleaved'])('%s, unaltered', async (script) => {
    const steps = script === 'interleaved' ? 1 : 2
    const body = await afterSteps(steps, { model: `claude-sonnet-4-5-${script}` })
    const { json } = await messages(body)
    expect(json.content.at(-1)).toEqual({ type: 'text', text: `All done: ${nonceOf(steps === 1 ? ['r00', 'r01'] : ['r00', 'r01', 'r10'])}` })
    expect(provider.calls.at(-1)!.returned).toHaveLength(script === 'interleaved' ? 2 : script === 'redacted' ? 3 : 2)
    expect([provider.violations, provider.losses]).toEqual([[], []])
  })

  test.each<[rule: string, change: (blocks: any[]) => void]>([
    ['altered-token', (blocks) => (blocks[0].thinking += ' ')],
    ['altered-token', (blocks) => (blocks[0].thinking = blocks[0].thinking.trim())],
    ['unknown-token', (blocks) => (blocks[0].signature = tampered(blocks[0].signature))],
    ['thinking-first', (blocks) => blocks.shift()],
    ['thinking-first', (blocks) => blocks.push(blocks.shift())],
  ])('%s (%#)', async (rule, change) => {
    const body = await afterSteps(2)
    change(body.messages[3].content)
    expect((await messages(body)).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: `anthropic/${rule}` }])
  })

  test.each<[rule: string, change: (blocks: any[]) => void]>([
    ['thinking-modified', (blocks) => blocks.splice(2, 1)],
    ['thinking-modified', (blocks) => blocks.splice(1, 0, ...blocks.splice(2, 1))],
    ['thinking-first', (blocks) => blocks.shift()],
  ])('interleaved: %s (%#)', async (rule, change) => {
    const body = await afterSteps(1, { model: 'claude-sonnet-4-5-interleaved' })
    change(body.messages[1].content)
    expect((await messages(body)).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: `anthropic/${rule}` }])
  })

  test('a token of another model, and of another provider', async () => {
    const body = await afterSteps(1)
    expect((await messages({ ...body, model: 'claude-haiku-4-5-loop' })).status).toBe(400)
    expect((await messages(body, INTERLEAVED, 'b')).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'anthropic/foreign-token' }, { rule: 'anthropic/foreign-token' }])
  })

  test('redacted data that was changed', async () => {
    const body = await afterSteps(1, { model: 'claude-sonnet-4-5-redacted' })
    body.messages[1].content[0].data = tampered(body.messages[1].content[0].data)
    expect(await messages(body)).toMatchObject({
      status: 400,
      json: { error: { message: 'messages.1.content.0: Invalid `data` in `redacted_thinking` block' } },
    })
  })

  test('with thinking off nothing of it is demanded, and none is given', async () => {
    const body = altered(await afterSteps(1), (copy) => {
      copy.messages[1].content.shift()
      delete copy.thinking
    })
    const { status, json } = await messages(body)
    expect({ status, types: json.content.map(({ type }: any) => type) }).toEqual({ status: 200, types: ['tool_use'] })
  })

  test('without interleaving the model thinks once in a turn', async () => {
    const body = await afterSteps(2, {}, {})
    expect(body.messages[3].content.map(({ type }: any) => type)).toEqual(['tool_use'])
    expect((await messages(body, {})).status).toBe(200)
    expect(provider.violations).toEqual([])
  })

  test('that of an earlier turn may be left out, at a loss', async () => {
    const body = await afterSteps(1)
    body.messages[1].content.shift()
    body.messages.push({ role: 'assistant', content: 'Fine.' }, { role: 'user', content: 'And now?' })
    expect((await messages(body)).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'anthropic/thinking-lost', turn: 'earlier' }])
  })

  test('adaptive thinking demands what it gave, and nothing of a history from elsewhere', async () => {
    const adaptive = { model: 'claude-opus-4-8-loop', thinking: { type: 'adaptive' } }
    expect((await messages({ ...GOOD, ...adaptive })).status).toBe(200)
    const body = await afterSteps(1, adaptive)
    expect(body.messages[1].content[0]).toMatchObject({ type: 'thinking', thinking: '', signature: expect.stringMatching(/.{100}/) })
    expect((await messages(body)).status).toBe(200)
    body.messages[1].content.shift()
    expect((await messages(body)).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'anthropic/thinking-first' }])
  })
})

describe('thinking that is bound to its conversation', () => {
  const BOUND = { model: 'claude-fable-5-1-loop', thinking: { type: 'adaptive', display: 'summarized' } }

  test('a change of form is none', async () => {
    const body = await afterSteps(2, BOUND)
    body.messages[0].content = [{ type: 'text', text: 'Go', cache_control: { type: 'ephemeral' } }]
    delete body.messages[1].content[1].caller
    expect((await messages(body)).status).toBe(200)
    expect([provider.violations, provider.losses]).toEqual([[], []])
  })

  test.each<[what: string, change: (body: any) => void]>([
    ['an earlier message', (body) => (body.messages[0].content = 'Go on')],
    ['the system prompt', (body) => (body.system = 'Be long.')],
    ['the tools', (body) => (body.tools[0].description = 'Another.')],
  ])('%s was changed', async (_, change) => {
    const body = await afterSteps(1, BOUND)
    change(body)
    expect(await messages(body)).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('The block is bound to a different conversation.') } },
    })
    const dropping = { ...body, thinking: { ...BOUND.thinking, block_binding: { prefix_mismatch_behavior: 'drop_block' } } }
    expect((await messages(dropping, BINDING)).status).toBe(200)
    expect(provider.violations).toMatchObject([{ rule: 'anthropic/prefix-token' }])
    expect(provider.losses).toMatchObject([{ rule: 'anthropic/prefix' }])
  })
})
