import { describe, expect, it } from 'vitest'
import type { CallForm } from '../../../src/core/call.ts'
import type { AssistantPart, OutputFormat, Parameters, Prompt } from '../../../src/core/prompt.ts'
import { adjustments } from '../../../src/wires/responses/adjustments.ts'
import { responsesWire } from '../../../src/wires/responses/index.ts'
import { assistant, call, file, prompt, result, system, target, type TargetOptions, text, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

const ENCRYPTED = ['reasoning.encrypted_content']

function encode(others: Partial<Prompt>, options: Partial<TargetOptions> = {}): Body {
  return responsesWire.encode(prompt(others), target({ wire: 'responses', ...options }))
}

function inputOf(messages: Prompt['messages'], options: Partial<TargetOptions> = {}): Body[] {
  return encode({ messages }, options).input
}

/** What a body has beside the model, the input and the wish to have reasoning back. */
function fields(parameters: Parameters, options: Partial<TargetOptions> = {}): Body {
  const { model: _model, input: _input, include: _include, ...others } = encode({ parameters }, options)
  return others
}

it('says no more than the client, but that reasoning is to come back', () => {
  expect(encode({})).toEqual({ model: 'm', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }], include: ENCRYPTED })
  expect(encode({}, { stream: true }).stream).toBe(true)
})

describe('items', () => {
  const said = (role: string, words: string) => ({ role, content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: words }] })
  const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }

  it.each<[string, Prompt['messages'], Body[]]>([
    [
      'keep their roles and order',
      [system('A'), user('B'), system('C'), assistant('D'), user('E')],
      [{ role: 'system', content: 'A' }, said('user', 'B'), { role: 'system', content: 'C' }, said('assistant', 'D'), said('user', 'E')],
    ],
    [
      'have images, PDFs and audio',
      [user('A', file('image/png'), file('application/pdf', 'AAAA', 'a.pdf'), file('audio/mpeg'))],
      [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'A' },
            image,
            { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
          ],
        },
      ],
    ],
    [
      'have calls in the order of the texts, with their arguments as they were',
      [assistant('A', call('c1', 'look', '[1]'), 'B', call('c2', 'look', '{"b": 1,  "a":2}'))],
      [
        said('assistant', 'A'),
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '[1]' },
        said('assistant', 'B'),
        { type: 'function_call', call_id: 'c2', name: 'look', arguments: '{"b": 1,  "a":2}' },
      ],
    ],
    ['of nothing are none', [assistant(''), assistant()], []],
    [
      'of results are text',
      [result('c1', 'A', 'B'), result('c2')],
      [
        { type: 'function_call_output', call_id: 'c1', output: 'A\n\nB' },
        { type: 'function_call_output', call_id: 'c2', output: '' },
      ],
    ],
    [
      'of results with files are lists',
      [result('c1', 'A', file('image/png'))],
      [{ type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'A' }, image] }],
    ],
  ])('%s', (_, messages, expected) => {
    expect(inputOf(messages)).toEqual(expected)
  })

  it('have ids that are short enough, those of a call and its result alike', () => {
    const [asked, answered] = inputOf([assistant(call('x'.repeat(70))), result('x'.repeat(70), 'A')])
    expect(asked!.call_id).toMatch(/^[a-zA-Z0-9_]{1,64}$/)
    expect(answered!.call_id).toBe(asked!.call_id)
    expect(inputOf([assistant(call('x'.repeat(64)))])[0]!.call_id).toBe('x'.repeat(64))
  })

  it('have names that are taken', () => {
    const body = encode({ messages: [assistant(call('c1', 'mail.read'))], tools: [tool('mail.read')], toolChoice: { type: 'tool', name: 'mail.read' } })
    expect([body.input[0].name, body.tools[0].name, body.tool_choice]).toEqual(['mail_read', 'mail_read', { type: 'function', name: 'mail_read' }])
  })
})

describe('reasoning items', () => {
  const token = (others: object = {}) => ({ kind: 'encrypted' as const, value: 'e', id: 'rs_1', origin: 'p/m', ...others })
  const item = (others: object = {}) => ({ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'e', ...others })
  const nameless = { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'e' }

  it.each<[string, (string | AssistantPart)[], Partial<TargetOptions>, Body[]]>([
    ['stand before what they led to', [thought('Hm', token()), call('c1')], {}, [item()]],
    ['may have no summary', [thought('', token()), call('c1')], {}, [item({ summary: [] })]],
    ['may be raw', [thought('Hm', { kind: 'encrypted', value: 'e', id: 'rs_1' }), 'A'], {}, [item()]],
    ['may have no id', [thought('Hm', { kind: 'encrypted', value: 'e', origin: 'p/m' }), 'A'], {}, [nameless]],
    [
      'that the provider keeps are named',
      [thought('Hm', token({ value: '' })), 'A'],
      {},
      [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] }],
    ],
    ['have no id for Copilot', [thought('Hm', token()), 'A'], { form: { npm: '@ai-sdk/github-copilot' } }, [nameless]],
    ['have no id for ChatGPT', [thought('Hm', token()), 'A'], { form: { defaults: { instructions: 'x' } } }, [nameless]],
    [
      'that opencode kept',
      [thought('Hm', { kind: 'metadata', value: '{"openai":{"itemId":"rs_1","reasoningEncryptedContent":"e"}}', origin: 'p/m' }), 'A'],
      {},
      [nameless],
    ],
    ['of another model are not sent', [thought('Hm', token({ origin: 'p/other' })), call('c1')], {}, []],
    ['of another vendor are not sent', [thought('Hm', { kind: 'signature', value: 's' }), call('c1')], {}, []],
    ['without a token are not sent', [thought('Hm'), 'A'], {}, []],
    ['that nothing follows are not sent', ['A', thought('Hm', token())], {}, []],
    ['that only an empty text follows are not sent', [thought('Hm', token()), ''], {}, []],
    ['come once', [thought('Hm', token()), call('c1'), thought('Hm', token()), call('c2')], {}, [item()]],
    [
      'come in their order',
      [thought('Hm', token()), call('c1'), thought('', token({ id: 'rs_2', value: 'f' })), call('c2')],
      {},
      [item(), item({ id: 'rs_2', summary: [], encrypted_content: 'f' })],
    ],
  ])('%s', (_, parts, options, expected) => {
    const input = inputOf([user('Hi'), assistant(...parts)], options)
    expect(input.filter(({ type }) => type === 'reasoning')).toEqual(expected)
    expect(input.filter((one) => one.type !== 'reasoning').every((one) => !('id' in one))).toBe(true)
  })

  it('stand where they stood', () => {
    const types = inputOf([assistant(thought('Hm', token()), call('c1'), thought('', token({ id: 'rs_2' })), 'A')]).map(({ type, role }) => type ?? role)
    expect(types).toEqual(['reasoning', 'function_call', 'reasoning', 'assistant'])
  })
})

describe('parameters', () => {
  it.each<[Parameters, Body]>([
    [
      { temperature: 0, topP: 0.5 },
      { temperature: 0, top_p: 0.5 },
    ],
    [{ maxOutputTokens: 9 }, { max_output_tokens: 9 }],
    [
      { user: 'u', metadata: { a: 'b' }, serviceTier: 'flex' },
      { user: 'u', metadata: { a: 'b' }, service_tier: 'flex' },
    ],
    [{ store: true }, { store: true }],
    [{ store: false }, { store: false }],
    [{ verbosity: 'low' }, { text: { verbosity: 'low' } }],
    [{ reasoningEffort: 'high' }, { reasoning: { effort: 'high' } }],
    [{ reasoningDisplay: 'detailed' }, { reasoning: { summary: 'detailed' } }],
    [{ reasoningDisplay: 'none' }, {}],
    [{ reasoningBudget: 1024 }, { reasoning: { effort: 'low' } }],
    [{ reasoningMode: 'adaptive' }, {}],
    [{ stop: ['a'], seed: 1, topK: 2, presencePenalty: 1, frequencyPenalty: 1, logitBias: { 1: 1 }, logprobs: 1, prediction: {}, modalities: ['audio'] }, {}],
  ])('%j', (parameters, expected) => {
    expect(fields(parameters)).toEqual(expected)
  })

  it('efforts are those that are offered', () => {
    const options = { model: { efforts: ['none', 'low', 'high'] } }
    expect(fields({ reasoningEffort: 'max' }, options)).toEqual({ reasoning: { effort: 'high' } })
    expect(fields({ reasoningMode: 'disabled' }, options)).toEqual({ reasoning: { effort: 'none' } })
    expect(adjustments(prompt({ parameters: { reasoningEffort: 'max' } }), target({ wire: 'responses', ...options }))).toEqual([
      { name: 'reasoningEffort', instead: 'high' },
    ])
    expect(adjustments(prompt({ parameters: { reasoningMode: 'disabled' } }), target({ wire: 'responses', ...options }))).toEqual([])
  })

  it.each<[string, Parameters, Partial<TargetOptions>, unknown]>([
    ['that is not stored', { store: false }, {}, ENCRYPTED],
    ['of which nobody says where it is', {}, {}, ENCRYPTED],
    ['that is stored', { store: true }, {}, undefined],
    ['of a model that has none', {}, { apiModel: 'gpt-4.1', model: { reasoning: false } }, undefined],
    ['of a model that nobody knows', {}, { model: { reasoning: false } }, ENCRYPTED],
    ['beside what is configured', {}, { form: { configured: { include: ['file_search_call.results'] } } }, ['file_search_call.results', ...ENCRYPTED]],
    ['once', {}, { form: { configured: { include: ENCRYPTED } } }, ENCRYPTED],
  ])('reasoning %s', (_, parameters, options, expected) => {
    expect(encode({ parameters }, options).include).toEqual(expected)
  })
})

it.each<[OutputFormat, unknown]>([
  [{ type: 'text' }, undefined],
  [{ type: 'json' }, { format: { type: 'json_object' } }],
  [
    { type: 'json-schema', name: 'n', description: 'd', schema: {}, strict: true },
    { format: { type: 'json_schema', name: 'n', description: 'd', schema: {}, strict: true } },
  ],
])('the answer is held to %j', (output, expected) => {
  expect(encode({ output }).text).toEqual(expected)
})

it('tools are as strict as the client says, which is not at all by itself', () => {
  const schema = { type: 'object', properties: { a: {} } }
  const body = encode({
    tools: [tool('look', { description: 'd', parameters: schema, strict: true }), tool('go')],
    parameters: { parallelToolCalls: false },
    toolChoice: { type: 'required' },
  })
  expect(body).toMatchObject({
    tools: [
      { type: 'function', name: 'look', description: 'd', parameters: schema, strict: true },
      { type: 'function', name: 'go', parameters: { type: 'object', properties: {} }, strict: false },
    ],
    tool_choice: 'required',
    parallel_tool_calls: false,
  })
  expect(encode({ toolChoice: { type: 'none' }, parameters: { parallelToolCalls: false } })).not.toHaveProperty('tool_choice')
})

describe('what the user configured', () => {
  const settings = { temperature: 0.3, reasoning: { effort: 'high', summary: 'auto' }, text: { verbosity: 'low' }, tool_choice: 'auto' }
  const options = { form: { configured: settings, defaults: { ...settings, top_logprobs: 3 } } }

  it('holds for what the client leaves out, field by field', () => {
    expect(fields({}, options)).toEqual({ temperature: 0.3, reasoning: { effort: 'high', summary: 'auto' }, text: { verbosity: 'low' } })
    expect(fields({ reasoningEffort: 'low', temperature: 1 }, options)).toEqual({
      temperature: 1,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { verbosity: 'low' },
    })
    expect(encode({ output: { type: 'json' } }, options).text).toEqual({ verbosity: 'low', format: { type: 'json_object' } })
  })

  it('does not hold for what the client does not want', () => {
    expect(fields({ reasoningDisplay: 'none' }, options).reasoning).toEqual({ effort: 'high', summary: null })
    expect(fields({ reasoningMode: 'disabled' }, options).reasoning).toEqual({ summary: 'auto' })
  })
})

describe('a login', () => {
  const copilot: Partial<CallForm> = { npm: '@ai-sdk/github-copilot', defaults: { store: false, reasoning: { effort: 'medium', summary: 'auto' } } }
  const chatgpt: Partial<CallForm> = { npm: '@ai-sdk/openai', defaults: { instructions: 'opencode’s', store: false, include: ENCRYPTED } }

  it('whose calls of opencode’s are not stored stores none', () => {
    expect(fields({}, { form: copilot })).toEqual({ store: false })
  })

  it('of ChatGPT has its instructions, its stream and no store', () => {
    const { include: _include, model: _model, ...body } = encode({ messages: [system('A'), system('B'), user('C'), system('D')] }, { form: chatgpt })
    expect(body).toEqual({
      instructions: 'A\n\nB',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'C' }] },
        { role: 'developer', content: 'D' },
      ],
      store: false,
      stream: true,
    })
    expect(encode({}, { form: chatgpt })).toMatchObject({ instructions: 'opencode’s', input: [{ role: 'user' }] })
  })

  it('of ChatGPT is spared what it refuses, which is told', () => {
    const parameters = { maxOutputTokens: 9, temperature: 0, topP: 1, user: 'u', metadata: { a: 'b' }, store: true, verbosity: 'low' }
    expect(fields(parameters, { form: chatgpt })).toEqual({ instructions: 'opencode’s', store: false, stream: true, text: { verbosity: 'low' } })
    const at = (form: Partial<CallForm>) => adjustments(prompt({ parameters }), target({ wire: 'responses', form })).map(({ name }) => name)
    expect(at(chatgpt)).toEqual(['maxOutputTokens', 'temperature', 'topP', 'user', 'metadata'])
    expect(at(copilot)).toEqual([])
    expect(adjustments(prompt(), target({ wire: 'responses', form: chatgpt }))).toEqual([])
  })

  it('of a chat with a system’s words alone is none', () => {
    expect(responsesWire.encode(prompt({ messages: [system('A'), user('B')] }), target({ wire: 'responses' })).input).toEqual([
      { role: 'system', content: 'A' },
      { role: 'user', content: [{ ...text('B'), type: 'input_text' }] },
    ])
  })
})
