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

const respond = (body: object, tag?: string) => send(provider, { wire: 'responses', path: '/responses', body, ...(tag === undefined ? {} : { tag }) })

const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'get_weather', arguments: '{"city":"Paris"}' })
const output = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'sunny' })

const GOOD = {
  model: 'gpt-5.4-loop',
  instructions: 'Be brief.',
  input: [{ role: 'user', content: 'What is the weather like?' }, call('call_1'), call('call_2'), output('call_1'), output('call_2')],
  tools: TOOLS.responses,
}

describe('what OpenAI refuses in Responses', () => {
  test('a good request is none of it', async () => {
    const { status, json } = await respond(GOOD)
    expect({ status, json }).toMatchObject({
      status: 200,
      json: {
        object: 'response',
        status: 'completed',
        output: [
          { type: 'reasoning', summary: [] },
          { type: 'function_call', name: 'get_weather' },
        ],
      },
    })
    expect(json.output[0]).not.toHaveProperty('encrypted_content')
    expect(provider.violations).toEqual([])
  })

  test.each<[rule: string, change: (body: any) => void, error: object]>([
    ['missing', (body) => delete body.model, { param: 'model' }],
    ['unknown-field', (body) => (body.messages = []), { message: "Unknown parameter: 'messages'.", code: 'unknown_parameter' }],
    ['unknown-field', (body) => (body.reasoning = { budget: 1 }), { param: 'reasoning.budget' }],
    ['unknown-field', (body) => (body.input[1].signature = 'x'), { param: 'input[1].signature' }],
    ['type', (body) => (body.input = { role: 'user' }), { param: 'input', code: 'invalid_type' }],
    ['item-type', (body) => (body.input[0] = { type: 'thinking' }), { param: 'input[0].type', code: 'invalid_value' }],
    ['role', (body) => (body.input[0].role = 'tool'), { param: 'input[0].role' }],
    ['part-type', (body) => (body.input[0].content = [{ type: 'text', text: 'x' }]), { param: 'input[0].content[0].type' }],
    ['item-id', (body) => (body.input[1].id = 'call_1'), { message: expect.stringContaining("Expected an ID that begins with 'fc'") }],
    ['item-id', (body) => (body.input[1].id = `fc_${'x'.repeat(70)}`), { code: 'string_above_max_length' }],
    [
      'item-twice',
      (body) => [1, 2].forEach((index) => (body.input[index].id = 'fc_1')),
      { message: expect.stringContaining('Duplicate item found with id fc_1') },
    ],
    ['call-without-result', (body) => body.input.pop(), { message: 'No tool output found for function call call_2.', param: 'input' }],
    ['result-without-call', (body) => body.input.splice(1, 1), { message: 'No tool call found for function call output with call_id call_1.' }],
    ['missing', (body) => body.input.splice(1, 0, { type: 'reasoning', id: 'rs_1' }), { param: 'input[1].summary' }],
    [
      'item-not-found',
      (body) => body.input.splice(1, 0, { type: 'reasoning', id: 'rs_1', summary: [] }),
      { message: expect.stringContaining("Item with id 'rs_1' not found") },
    ],
    ['item-not-found', (body) => (body.input[0] = { type: 'item_reference', id: 'msg_1' }), { param: 'input' }],
    [
      'unknown-token',
      (body) => body.input.splice(1, 0, { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAA' }),
      { code: 'invalid_encrypted_content' },
    ],
    ['previous-response', (body) => (body.previous_response_id = 'resp_1'), { code: 'previous_response_not_found' }],
    ['include', (body) => (body.include = ['reasoning']), { param: 'include[0]' }],
    ['effort', (body) => (body.reasoning = { effort: 'huge' }), { param: 'reasoning.effort' }],
    ['sampling', (body) => (body.temperature = 0.5), { message: "Unsupported parameter: 'temperature' is not supported with this model." }],
    ['range', (body) => (body.max_output_tokens = 5), { param: 'max_output_tokens' }],
    ['tool-type', (body) => (body.tools[0].type = 'tool'), { param: 'tools[0].type' }],
    ['missing', (body) => (body.tools = [{ type: 'function', function: { name: 'x' } }]), { param: 'tools[0].name' }],
    ['tool-name', (body) => (body.tools[0].name = 'get.weather'), { param: 'tools[0].name' }],
    ['tool-schema', (body) => (body.tools[0].strict = true), { message: expect.stringContaining("'additionalProperties' is required") }],
  ])('%s (%#)', async (rule, change, error) => {
    const { status, json } = await respond(altered(GOOD, change))
    expect(provider.violations).toMatchObject([{ rule: `responses/${rule}` }])
    expect({ status, json }).toMatchObject({ status: rule === 'item-not-found' ? 404 : 400, json: { error: { type: 'invalid_request_error', ...error } } })
  })

  test('its key and its models', async () => {
    expect(await respond({ ...GOOD, model: 'gpt-9' })).toMatchObject({ status: 404, json: { error: { code: 'model_not_found' } } })
    expect((await send(provider, { wire: 'responses', path: '/responses', body: GOOD, headers: { authorization: '' } })).status).toBe(401)
  })
})

const STATELESS = { store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'high', summary: 'auto' } }

const outputsOf = (items: any[], step: number) =>
  items.filter(({ type }) => type === 'function_call').map(({ call_id }, index) => ({ type: 'function_call_output', call_id, output: `r${step}${index}` }))

/** The body of a request after `steps` steps of a loop that stores nothing, as a good client sends it. */
async function afterSteps(steps: number, changes: object = {}): Promise<any> {
  const body: any = { model: 'gpt-5.4-loop', input: [{ role: 'user', content: 'Go' }], tools: TOOLS.responses, ...STATELESS, ...changes }
  for (let step = 0; step < steps; step++) {
    const { json } = await respond(body)
    body.input.push(...json.output, ...outputsOf(json.output, step))
  }
  return body
}

describe('reasoning that comes back', () => {
  test.each(['loop', 'silent', 'interleaved'])('%s, nothing stored', async (script) => {
    const steps = script === 'interleaved' ? 1 : 2
    const body = await afterSteps(steps, { model: `gpt-5.4-${script}` })
    const { json } = await respond(body)
    expect(json.output.at(-1).content[0].text).toBe(`All done: ${nonceOf(steps === 1 ? ['r00', 'r01'] : ['r00', 'r01', 'r10'])}`)
    expect(provider.calls.at(-1)!.returned).toHaveLength(2)
    expect([provider.violations, provider.losses]).toEqual([[], []])
  })

  test('without any ids', async () => {
    const body = await afterSteps(2)
    for (const item of body.input) delete item.id
    expect((await respond(body)).status).toBe(200)
    expect([provider.violations, provider.losses]).toEqual([[], []])
  })

  test.each<[rule: string, change: (input: any[]) => void, message: string]>([
    ['reasoning-missing', (input) => input.splice(1, 1), "of type 'function_call' was provided without its required 'reasoning' item: 'rs_"],
    ['reasoning-missing', (input) => input.splice(2, 0, input.splice(1, 1)[0]), "required 'reasoning' item"],
    ['reasoning-alone', (input) => input.splice(2, 4), "of type 'reasoning' was provided without its required following item."],
    [
      'unknown-token',
      (input) => (input[1].encrypted_content = tampered(input[1].encrypted_content)),
      'could not be verified. Reason: Encrypted content could not be decrypted or parsed.',
    ],
    ['item-not-found', (input) => delete input[1].encrypted_content, 'Items are not persisted when `store` is set to false.'],
  ])('%s (%#)', async (rule, change, message) => {
    const body = await afterSteps(1)
    change(body.input)
    expect((await respond(body)).json.error.message).toContain(message)
    expect(provider.violations).toMatchObject([{ rule: `responses/${rule}` }])
  })

  test('calls without ids may come alone, at a loss', async () => {
    const body = await afterSteps(1)
    body.input.splice(1, 1)
    for (const item of body.input) delete item.id
    expect((await respond(body)).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'responses/reasoning-lost', turn: 'current' }])
  })

  test('of another model, and of another provider', async () => {
    const body = await afterSteps(1)
    expect((await respond({ ...body, model: 'gpt-5.5-loop' })).status).toBe(400)
    expect((await respond(body, 'b')).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'responses/foreign-token' }, { rule: 'responses/foreign-token' }])
  })
})

describe('what is stored', () => {
  test('is continued by its id, with nothing but the results', async () => {
    const body = { model: 'gpt-5.4-loop', tools: TOOLS.responses }
    const first = (await respond({ ...body, input: 'Go' })).json
    const second = (await respond({ ...body, previous_response_id: first.id, input: outputsOf(first.output, 0) })).json
    const third = (await respond({ ...body, previous_response_id: second.id, input: outputsOf(second.output, 1) })).json
    expect(third.output.at(-1).content[0].text).toBe(`All done: ${nonceOf(['r00', 'r01', 'r10'])}`)
    expect([provider.violations, provider.losses]).toEqual([[], []])
    expect((await respond({ ...body, previous_response_id: first.id, input: [] })).json.error.message).toContain('No tool output found for function call')
  })

  test('is referred to by the ids of its items', async () => {
    const body = { model: 'gpt-5.4-loop', tools: TOOLS.responses }
    const { output } = (await respond({ ...body, input: 'Go' })).json
    const references = output.map(({ id }: any) => ({ type: 'item_reference', id }))
    const input = [{ role: 'user', content: 'Go' }, ...references, ...outputsOf(output, 0)]
    expect((await respond({ ...body, input })).status).toBe(200)
    input.splice(1, 1)
    expect((await respond({ ...body, input })).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'responses/reasoning-missing' }])
  })
})
