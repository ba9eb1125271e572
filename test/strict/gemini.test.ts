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

const generate = (body: object, model = 'gemini-3-pro-loop', tag?: string) =>
  send(provider, { wire: 'gemini', path: `/models/${model}:generateContent`, body, ...(tag === undefined ? {} : { tag }) })

const SKIP = 'skip_thought_signature_validator'
const call = (name = 'get_weather') => ({ functionCall: { name, args: { city: 'Paris' } } })
const response = (name = 'get_weather') => ({ functionResponse: { name, response: { result: 'sunny' } } })

const GOOD = {
  systemInstruction: { parts: [{ text: 'Be brief.' }] },
  contents: [
    { role: 'user', parts: [{ text: 'What is the weather like?' }] },
    { role: 'model', parts: [{ ...call(), thoughtSignature: SKIP }, call()] },
    { role: 'user', parts: [response(), response()] },
  ],
  tools: TOOLS.gemini,
  generationConfig: { maxOutputTokens: 100, thinkingConfig: { includeThoughts: true, thinkingLevel: 'low' } },
}

describe('what Google refuses', () => {
  test('a good request is none of it, in either spelling', async () => {
    const { status, json } = await generate(GOOD)
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { candidates: [{ content: { role: 'model', parts: [{ thought: true }, { functionCall: { name: 'get_weather' } }] }, finishReason: 'STOP' }] },
    })
    const { systemInstruction: system_instruction, generationConfig: generation_config, ...rest } = GOOD
    expect((await generate({ ...rest, system_instruction, generation_config })).status).toBe(200)
    expect(provider.violations).toEqual([])
  })

  test.each<[rule: string, change: (body: any) => void, message: string]>([
    ['empty-contents', (body) => (body.contents = []), 'contents is not specified'],
    ['unknown-field', (body) => (body.messages = []), 'Invalid JSON payload received. Unknown name "messages": Cannot find field.'],
    ['unknown-field', (body) => (body.contents[0].parts[0].cache_control = {}), `Unknown name "cache_control" at 'contents[0].parts[0]'`],
    ['unknown-field', (body) => (body.generationConfig.max_tokens = 1), `Unknown name "max_tokens" at 'generation_config'`],
    ['unknown-field', (body) => (body.contents[1].parts[0].functionCall.arguments = {}), 'Unknown name "arguments"'],
    ['role', (body) => (body.contents[0].role = 'assistant'), 'Please use a valid role: user, model.'],
    ['empty-parts', (body) => (body.contents[0].parts = []), 'contents.parts must not be empty'],
    ['empty-part', (body) => (body.contents[0].parts = [{}]), "required oneof field 'data' must have one initialized field"],
    ['empty-text', (body) => (body.contents[0].parts = [{ text: '' }]), "required oneof field 'data'"],
    ['type', (body) => (body.contents[2].parts[0].functionResponse.response = 'sunny'), 'google.protobuf.Struct'],
    ['call-without-result', (body) => body.contents[2].parts.pop(), 'number of function response parts is equal to the number of function call parts'],
    ['call-without-result', (body) => (body.contents[2].parts = [{ text: 'Well?' }]), 'number of function response parts is equal'],
    ['result-without-call', (body) => body.contents.splice(1, 1), 'function response turn comes immediately after a function call turn'],
    ['result-without-call', (body) => (body.contents[2].parts[1].functionResponse.name = 'other'), 'no function call of the turn before'],
    ['turns', (body) => body.contents.splice(0, 1), 'function call turn comes immediately after a user turn'],
    ['tool-name', (body) => (body.tools[0].functionDeclarations[0].name = '1st tool'), '[FIELD_INVALID] Invalid function name'],
    [
      'unknown-field',
      (body) => (body.tools[0].functionDeclarations[0].parameters.additionalProperties = false),
      `Unknown name "additionalProperties" at 'tools[0].function_declarations[0].parameters'`,
    ],
    ['tool-schema', (body) => (body.tools[0].functionDeclarations[0].parameters = { type: 'OBJECT', properties: {} }), 'should be non-empty for OBJECT type'],
    ['tool-schema', (body) => (body.tools[0].functionDeclarations[0].parameters.properties.list = { type: 'ARRAY' }), 'items: missing field'],
    ['range', (body) => (body.generationConfig.temperature = 3), 'must be in the range'],
    ['thinking', (body) => (body.generationConfig.thinkingConfig.thinkingBudget = 100), 'You can only set only one of thinking budget and thinking level.'],
    ['signature-missing', (body) => delete body.contents[1].parts[0].thoughtSignature, 'Function call is missing a thought_signature in functionCall parts.'],
    ['signature-form', (body) => (body.contents[1].parts[0].thoughtSignature = 'no base64!'), 'Base64 decoding failed'],
    ['unknown-token', (body) => (body.contents[1].parts[0].thoughtSignature = 'c2lnbmF0dXJl'), 'Corrupted thought signature.'],
  ])('%s (%#)', async (rule, change, message) => {
    const { status, json } = await generate(altered(GOOD, change))
    expect(provider.violations).toMatchObject([{ rule: `gemini/${rule}` }])
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining(message) } },
    })
  })

  test('its login and its models', async () => {
    expect(await generate(GOOD, 'gemini-9')).toMatchObject({ status: 404, json: { error: { status: 'NOT_FOUND' } } })
    expect(
      await send(provider, { wire: 'gemini', path: '/models/gemini-3-pro-loop:generateContent', body: GOOD, headers: { 'x-goog-api-key': 'nope' } }),
    ).toMatchObject({ status: 400, json: { error: { message: 'API key not valid. Please pass a valid API key.' } } })
  })
})

/** The body of a request after `steps` steps of a loop, as a good client sends it. */
async function afterSteps(steps: number, model?: string): Promise<any> {
  const body: any = { contents: [{ role: 'user', parts: [{ text: 'Go' }] }], tools: TOOLS.gemini }
  for (let step = 0; step < steps; step++) {
    const { content } = (await generate(body, model)).json.candidates[0]
    const calls = content.parts.flatMap(({ functionCall }: any) => functionCall ?? [])
    body.contents.push(content, {
      role: 'user',
      parts: calls.map(({ name, id }: any, index: number) => ({ functionResponse: { name, id, response: { result: `r${step}${index}` } } })),
    })
  }
  return body
}

describe('signatures that come back', () => {
  test('on the first call of each step, and on the text at the end', async () => {
    const body = await afterSteps(2)
    const { json } = await generate(body)
    const [part] = json.candidates[0].content.parts
    expect(part).toEqual({ text: `All done: ${nonceOf(['r00', 'r01', 'r10'])}`, thoughtSignature: expect.any(String) })
    body.contents.push(
      { role: 'model', parts: [{ text: part.text }, { text: '', thoughtSignature: part.thoughtSignature }] },
      { role: 'user', parts: [{ text: 'Again' }] },
    )
    expect((await generate(body)).status).toBe(200)
    expect(provider.calls.at(-1)!.returned).toHaveLength(3)
    expect([provider.violations, provider.losses]).toEqual([[], []])
  })

  test('an empty text that is signed', async () => {
    const body = await afterSteps(1, 'gemini-3-pro-signed-text')
    expect(body.contents[1].parts[1]).toEqual({ text: '', thoughtSignature: expect.any(String) })
    expect((await generate(body, 'gemini-3-pro-signed-text')).status).toBe(200)
    expect(provider.calls.at(-1)!.returned).toHaveLength(2)
    body.contents[1].parts.splice(1, 1)
    expect((await generate(body, 'gemini-3-pro-signed-text')).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'gemini/signature-lost', turn: 'current' }])
  })

  const partsOf = (body: any) => body.contents[1].parts

  test.each<[rule: string, change: (body: any) => void]>([
    ['signature-missing', (body) => delete partsOf(body)[0].thoughtSignature],
    ['signature-missing', (body) => partsOf(body).push(partsOf(body).shift())],
    ['altered-token', (body) => (partsOf(body)[0].functionCall.args.city = 'Rome')],
    ['altered-token', (body) => (partsOf(body)[1].thoughtSignature = partsOf(body)[0].thoughtSignature)],
    ['unknown-token', (body) => (partsOf(body)[0].thoughtSignature = tampered(partsOf(body)[0].thoughtSignature))],
    ['altered-token', (body) => (body.contents[3].parts[0].thoughtSignature = partsOf(body)[0].thoughtSignature)],
  ])('%s (%#)', async (rule, change) => {
    const body = await afterSteps(2)
    change(body)
    expect((await generate(body)).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: `gemini/${rule}` }])
  })

  test('the words for a missing one name the call', async () => {
    const body = await afterSteps(1)
    delete partsOf(body)[0].thoughtSignature
    expect((await generate(body)).json.error.message).toContain('function call `default_api:get_weather` , position 2.')
  })

  test('of another model, and of another provider', async () => {
    const body = await afterSteps(1)
    expect((await generate(body, 'gemini-3-flash-loop')).status).toBe(400)
    expect((await generate(body, undefined, 'b')).status).toBe(400)
    expect(provider.violations).toMatchObject([{ rule: 'gemini/foreign-token' }, { rule: 'gemini/foreign-token' }])
  })

  test('the placeholder is good, at a loss where there was a signature', async () => {
    const body = await afterSteps(1)
    partsOf(body)[0].thoughtSignature = SKIP
    expect((await generate(body)).status).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'gemini/signature-lost' }])
  })

  test('an earlier turn is not looked at; models before 3 demand nothing', async () => {
    const body = await afterSteps(1)
    delete partsOf(body)[0].thoughtSignature
    expect(
      (await generate({ ...body, contents: [...body.contents, { role: 'model', parts: [{ text: 'Done.' }] }, { role: 'user', parts: [{ text: 'More' }] }] }))
        .status,
    ).toBe(200)
    expect(provider.losses).toMatchObject([{ rule: 'gemini/signature-lost', turn: 'earlier' }])
    expect((await generate(body, 'gemini-2.5-pro-loop')).status).toBe(200)
    expect(provider.violations).toEqual([])
  })
})
