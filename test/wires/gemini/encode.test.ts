import { expect, it } from 'vitest'
import type { Prompt, Token } from '../../../src/core/prompt.ts'
import { geminiWire } from '../../../src/wires/gemini/index.ts'
import { assistant, call, file, prompt, result, system, target, type TargetOptions, text, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

const PRO_3 = 'gemini-3-pro-preview'
const FLASH_25 = 'gemini-2.5-flash'
const VERTEX = { form: { npm: '@ai-sdk/google-vertex' } }

function encode(others: Partial<Prompt>, options: Partial<TargetOptions> = {}): Body {
  return geminiWire.encode(prompt(others), target({ wire: 'gemini', apiModel: PRO_3, ...options }))
}

const contents = (messages: Prompt['messages'], options?: Partial<TargetOptions>) => encode({ messages }, options).contents as Body[]

it('the body names neither the model nor that it is a stream', () => {
  expect(encode({}, { stream: true })).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] })
})

it.each<[string, Prompt['messages'], unknown, unknown]>([
  ['leading system messages', [system('A'), system('B'), user('Hi')], ['A', 'B'], [['user', 'Hi']]],
  ['a system message further down', [user('Hi'), system('B'), user('Ho')], undefined, [['user', 'Hi', 'B', 'Ho']]],
  ['nothing but a system message', [system('A')], undefined, [['user', 'A']]],
  [
    'roles in a row',
    [user('A'), user('B'), assistant('C'), assistant('D'), user('E')],
    undefined,
    [
      ['user', 'A', 'B'],
      ['model', 'C', 'D'],
      ['user', 'E'],
    ],
  ],
  [
    'empty texts',
    [system(''), user('', 'A'), assistant('', 'B'), assistant(), user('C')],
    undefined,
    [
      ['user', 'A'],
      ['model', 'B'],
      ['user', 'C'],
    ],
  ],
  ['an empty message of the model between', [user('A'), assistant(), user('B')], undefined, [['user', 'A', 'B']]],
  [
    'a greeting of the model',
    [assistant('Hello'), user('Hi')],
    undefined,
    [
      ['user', '.'],
      ['model', 'Hello'],
      ['user', 'Hi'],
    ],
  ],
])('%s', (_, messages, systemTexts, turns) => {
  const body = encode({ messages })
  expect(body.systemInstruction?.parts.map((part: Body) => part.text)).toEqual(systemTexts)
  expect(body.contents.map(({ role, parts }: Body) => [role, ...parts.map((part: Body) => part.text)])).toEqual(turns)
})

it('Gemma has no place for the system’s words', () => {
  const body = encode({ messages: [system('A'), user('Hi')] }, { apiModel: 'gemma-3-27b-it' })
  expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'A' }, { text: 'Hi' }] }] })
})

it('files of the user', () => {
  expect(contents([user('See', file('image/png', 'iVBO'), file('application/pdf', 'JVBE', 'a.pdf'), file('audio/wav', 'UklG'))])[0]).toEqual({
    role: 'user',
    parts: [
      { text: 'See' },
      { inlineData: { mimeType: 'image/png', data: 'iVBO' } },
      { inlineData: { mimeType: 'application/pdf', data: 'JVBE' } },
      { inlineData: { mimeType: 'audio/wav', data: 'UklG' } },
    ],
  })
})

it.each([
  ['{"at":1}', { at: 1 }],
  ['', {}],
  ['[1]', { INVALID_JSON: '[1]' }],
  ['null', { INVALID_JSON: 'null' }],
  ['{"at":', { INVALID_JSON: '{"at":' }],
])('arguments %s are the object %j', (args, expected) => {
  const [, turn] = contents([user('A'), assistant('B', call('c1', 'look', args)), result('c1', 'C')], { apiModel: FLASH_25 })
  expect(turn!.parts).toEqual([{ text: 'B' }, { functionCall: { id: 'c1', name: 'look', args: expected } }])
})

it.each<[string, boolean | undefined, Body]>([
  ['sunny', undefined, { output: 'sunny' }],
  ['', undefined, { output: '' }],
  ['{"temperature":20}', undefined, { temperature: 20 }],
  ['{"n": 1}', undefined, { output: '{"n": 1}' }],
  ['{"n":12345678901234567890}', undefined, { output: '{"n":12345678901234567890}' }],
  ['[1]', undefined, { output: '[1]' }],
  ['no such city', true, { error: 'no such city' }],
  ['{"error":"no such city"}', true, { error: 'no such city' }],
  ['{"reason":"x"}', true, { error: '{"reason":"x"}' }],
])('the result %s, failed %j, is %j', (words, isError, response) => {
  const [, , turn] = contents([user('A'), assistant(call('c1')), { ...result('c1', words), ...(isError && { isError }) }])
  expect(turn!.parts).toEqual([{ functionResponse: { id: 'c1', name: 'look', response } }])
})

it('results stand first, in the order of their calls, by the name of the call', () => {
  const [, , turn] = contents([user('A'), assistant(call('c1', 'look'), call('c2', 'go')), result('c2', '2'), user('Now?'), result('c1', '1')])
  expect(turn).toEqual({
    role: 'user',
    parts: [
      { functionResponse: { id: 'c1', name: 'look', response: { output: '1' } } },
      { functionResponse: { id: 'c2', name: 'go', response: { output: '2' } } },
      { text: 'Now?' },
    ],
  })
})

it('an id that is used again belongs to the nearest call', () => {
  const turns = contents([user('A'), assistant(call('c', 'look')), result('c', '1'), assistant(call('c', 'go')), result('c', '2')])
  expect(turns.flatMap(({ parts }) => parts).flatMap((part: Body) => part.functionResponse?.name ?? [])).toEqual(['look', 'go'])
})

it('Google’s cloud has no ids', () => {
  const [, model, results] = contents([user('A'), assistant(call('c1')), result('c1', 'B')], { apiModel: FLASH_25, ...VERTEX })
  expect([model!.parts, results!.parts]).toEqual([
    [{ functionCall: { name: 'look', args: { at: 1 } } }],
    [{ functionResponse: { name: 'look', response: { output: 'B' } } }],
  ])
})

it('files in results are parts of them where the model has that, else they follow', () => {
  const messages = [
    user('A'),
    assistant(call('c1'), call('c2')),
    result('c1', 'one', file('image/png', 'iVBO'), file('audio/wav', 'UklG')),
    result('c2', 'two'),
  ]
  const image = { inlineData: { mimeType: 'image/png', data: 'iVBO' } }
  const sound = { inlineData: { mimeType: 'audio/wav', data: 'UklG' } }
  const one = { id: 'c1', name: 'look', response: { output: 'one' } }
  const two = { functionResponse: { id: 'c2', name: 'look', response: { output: 'two' } } }
  expect(contents(messages)[2]!.parts).toEqual([{ functionResponse: { ...one, parts: [image] } }, two, sound])
  expect(contents(messages, { apiModel: FLASH_25 })[2]!.parts).toEqual([{ functionResponse: one }, two, image, sound])
})

it('sampling and limits by Google’s names', () => {
  const parameters = { temperature: 1.7, topP: 0.9, topK: 5, maxOutputTokens: 7, stop: ['END'], seed: 4, presencePenalty: 1, frequencyPenalty: 2 }
  const { stop, ...same } = parameters
  expect(encode({ parameters }).generationConfig).toEqual({ ...same, stopSequences: stop })
  const { presencePenalty: _presence, frequencyPenalty: _frequency, ...fewer } = same
  expect(encode({ parameters }, { apiModel: FLASH_25 }).generationConfig).toEqual({ ...fewer, stopSequences: stop })
  expect(encode({ parameters }, { apiModel: FLASH_25, ...VERTEX }).generationConfig).toEqual({ ...same, stopSequences: stop })
})

it('what the format has not is not written', () => {
  expect(encode({ parameters: { user: 'u', metadata: { a: 'b' }, logprobs: 2, serviceTier: 'flex', parallelToolCalls: false } })).not.toHaveProperty(
    'generationConfig',
  )
})

it.each<[Prompt['output'], unknown]>([
  [{ type: 'text' }, undefined],
  [{ type: 'json' }, { responseMimeType: 'application/json' }],
  [
    { type: 'json-schema', name: 'a', schema: { type: 'string', minLength: 2 }, strict: true },
    { responseMimeType: 'application/json', responseJsonSchema: { type: 'string', minLength: 2 } },
  ],
])('output %j', (output, expected) => {
  expect(encode({ output }).generationConfig).toEqual(expected)
})

it('older models cannot be held to JSON while functions are on offer', () => {
  const carries = (apiModel: string, others: Partial<Prompt>) => geminiWire.carriesOutput(prompt(others), target({ wire: 'gemini', apiModel }))
  const json: Prompt['output'] = { type: 'json' }
  expect([
    carries(PRO_3, { output: json, tools: [tool('look')] }),
    carries(FLASH_25, { output: json, tools: [tool('look')] }),
    carries(FLASH_25, { output: json }),
    carries(FLASH_25, { tools: [tool('look')] }),
  ]).toEqual([true, false, true, true])
})

it.each([undefined, {}, { type: 'object' }])('the schema %j has properties', (parameters) => {
  expect(encode({ tools: [tool('look', { ...(parameters && { parameters }), description: 'Looks' })] }).tools).toEqual([
    { functionDeclarations: [{ name: 'look', description: 'Looks', parametersJsonSchema: { type: 'object', properties: {} } }] },
  ])
})

it.each<[Prompt['toolChoice'], boolean | undefined, unknown]>([
  [{ type: 'auto' }, undefined, undefined],
  [{ type: 'auto' }, true, { mode: 'VALIDATED' }],
  [{ type: 'none' }, undefined, { mode: 'NONE' }],
  [{ type: 'required' }, true, { mode: 'ANY' }],
  [{ type: 'tool', name: 'look' }, undefined, { mode: 'ANY', allowedFunctionNames: ['look'] }],
])('tool choice %j, strict %j: %j', (toolChoice, strict, expected) => {
  const { toolConfig } = encode({ tools: [tool('look', { ...(strict && { strict }) })], toolChoice })
  expect(toolConfig?.functionCallingConfig).toEqual(expected)
})

it('names that Google refuses are changed in functions, choice, history and results alike', () => {
  const name = 'mail/read'
  const body = encode({ tools: [tool(name)], toolChoice: { type: 'tool', name }, messages: [user('A'), assistant(call('c1', name)), result('c1', 'B')] })
  const changed = body.tools[0].functionDeclarations[0].name as string
  expect(changed).toMatch(/^[a-zA-Z_][a-zA-Z0-9_.:-]*$/)
  expect([
    body.toolConfig.functionCallingConfig.allowedFunctionNames[0],
    body.contents[1].parts[0].functionCall.name,
    body.contents[2].parts[0].functionResponse.name,
  ]).toEqual([changed, changed, changed])
})

it('what the user’s configuration asks for holds where the client says nothing', () => {
  const form = { configured: { safetySettings: [1], generationConfig: { temperature: 0.3, topK: 9, thinkingConfig: { thinkingLevel: 'low' } } } }
  expect(encode({ parameters: { temperature: 0.9 } }, { form })).toMatchObject({
    safetySettings: [1],
    generationConfig: { temperature: 0.9, topK: 9, thinkingConfig: { thinkingLevel: 'low' } },
  })
  expect(encode({ parameters: { reasoningEffort: 'high' } }, { form }).generationConfig.thinkingConfig).toEqual({
    thinkingLevel: 'high',
    includeThoughts: true,
  })
})

const PRO_25 = 'gemini-2.5-pro'
const level = (thinkingLevel: string) => ({ thinkingLevel, includeThoughts: true })
const budget = (thinkingBudget: number) => ({ thinkingBudget, includeThoughts: true })

it.each<[string, Prompt['parameters'], unknown]>([
  [FLASH_25, {}, undefined],
  [FLASH_25, { reasoningBudget: 3_333 }, budget(3_333)],
  [FLASH_25, { reasoningBudget: 30_000 }, budget(24_576)],
  [PRO_25, { reasoningBudget: 30_000 }, budget(30_000)],
  [PRO_25, { reasoningBudget: 10 }, budget(128)],
  ['gemini-2.5-flash-lite', { reasoningBudget: 10 }, budget(512)],
  [FLASH_25, { reasoningBudget: -1 }, budget(-1)],
  [FLASH_25, { reasoningMode: 'adaptive' }, budget(-1)],
  [FLASH_25, { reasoningEffort: 'low' }, budget(1_024)],
  [FLASH_25, { reasoningEffort: 'medium' }, budget(8_192)],
  [FLASH_25, { reasoningEffort: 'high' }, budget(24_576)],
  [PRO_25, { reasoningEffort: 'max' }, budget(32_768)],
  [FLASH_25, { reasoningMode: 'disabled' }, { thinkingBudget: 0 }],
  [FLASH_25, { reasoningBudget: 0 }, { thinkingBudget: 0 }],
  [PRO_25, { reasoningEffort: 'none' }, { thinkingBudget: 128 }],
  ['gemini-3-flash-preview', { reasoningEffort: 'medium' }, level('medium')],
  ['gemini-flash-latest', { reasoningEffort: 'medium' }, level('medium')],
  [PRO_3, { reasoningEffort: 'medium' }, level('low')],
  [PRO_3, { reasoningEffort: 'max' }, level('high')],
  [PRO_3, { reasoningBudget: 900 }, level('low')],
  ['gemini-3.1-pro-preview', { reasoningBudget: 8_000 }, level('medium')],
  ['gemini-3.1-pro-preview', { reasoningBudget: 30_000 }, level('high')],
  [PRO_3, { reasoningMode: 'adaptive' }, { includeThoughts: true }],
  [PRO_3, { reasoningMode: 'disabled' }, { thinkingLevel: 'low' }],
  [PRO_3, { reasoningDisplay: 'auto' }, { includeThoughts: true }],
  [PRO_3, { reasoningEffort: 'low', reasoningDisplay: 'none' }, { thinkingLevel: 'low', includeThoughts: false }],
  [PRO_3, { reasoningEffort: 'turbo' }, { includeThoughts: true }],
])('%s with %j', (apiModel, parameters, expected) => {
  expect(encode({ parameters }, { apiModel }).generationConfig?.thinkingConfig).toEqual(expected)
})

it('levels are those that the model offers; a model that does not think has none', () => {
  const offered = { model: { efforts: ['minimal', 'low', 'medium', 'high'] } }
  expect(encode({ parameters: { reasoningMode: 'disabled' } }, offered).generationConfig.thinkingConfig).toEqual({ thinkingLevel: 'minimal' })
  expect(encode({ parameters: { reasoningEffort: 'high' } }, { apiModel: 'gemini-2.0-flash', model: { reasoning: false } })).not.toHaveProperty(
    'generationConfig',
  )
})

const own: Token = { kind: 'thought-signature', value: 's1', origin: 'p/m' }
const raw: Token = { kind: 'thought-signature', value: 's2' }
const foreign: Token = { kind: 'thought-signature', value: 's3', origin: 'q/m' }
const fc = (id: string, signature?: string) => ({
  functionCall: { id, name: 'look', args: { at: 1 } },
  ...(signature !== undefined && { thoughtSignature: signature }),
})
const SKIP = 'skip_thought_signature_validator'

it.each<[string, Parameters<typeof assistant>, unknown[]]>([
  ['on a call', [call('c1', 'look', '{"at":1}', own)], [fc('c1', 's1')]],
  ['on the first of two calls', [call('c1', 'look', '{"at":1}', own), call('c2')], [fc('c1', 's1'), fc('c2')]],
  ['on both of two calls', [call('c1', 'look', '{"at":1}', own), call('c2', 'look', '{"at":1}', raw)], [fc('c1', 's1'), fc('c2', 's2')]],
  ['on a text', [{ ...text('A'), token: own }, call('c1', 'look', '{"at":1}', raw)], [{ text: 'A', thoughtSignature: 's1' }, fc('c1', 's2')]],
  ['on an empty text', [{ ...text(''), token: own }, call('c1', 'look', '{"at":1}', raw)], [{ text: '', thoughtSignature: 's1' }, fc('c1', 's2')]],
  ['on a thought', [thought('Hm', own), call('c1', 'look', '{"at":1}', raw)], [{ text: 'Hm', thought: true, thoughtSignature: 's1' }, fc('c1', 's2')]],
  ['of opencode’s keeping', [call('c1', 'look', '{"at":1}', { kind: 'metadata', value: '{"google":{"thoughtSignature":"s4"}}' })], [fc('c1', 's4')]],
  ['of another model', [thought('Hm', foreign), { ...text('A'), token: foreign }, call('c1', 'look', '{"at":1}', foreign)], [{ text: 'A' }, fc('c1', SKIP)]],
  ['of another vendor', [thought('Hm', { kind: 'signature', value: 's5' }), call('c1', 'look', '{"at":1}', { kind: 'opaque', value: 'o' })], [fc('c1', SKIP)]],
  ['nowhere', [thought('Hm'), call('c1'), call('c2')], [fc('c1', SKIP), fc('c2')]],
  ['on the second call alone', [call('c1'), call('c2', 'look', '{"at":1}', own)], [fc('c1', SKIP), fc('c2', 's1')]],
])('a signature %s', (_, parts, expected) => {
  const [, turn] = contents([user('A'), assistant(...parts), result('c1', 'B'), result('c2', 'B')])
  expect(turn!.parts).toEqual(expected)
})

it('each step of the turn that goes on needs one, no earlier turn does, nor an older model', () => {
  const messages = [
    user('A'),
    assistant(call('c1')),
    result('c1', 'B'),
    assistant('C'),
    user('D'),
    assistant(call('c2')),
    result('c2', 'E'),
    assistant('F', call('c3')),
    result('c3', 'G'),
  ]
  const signatures = (apiModel: string) =>
    contents(messages, { apiModel })
      .flatMap(({ parts }) => parts)
      .filter((part: Body) => part.functionCall)
      .map((part: Body) => part.thoughtSignature)
  expect(signatures(PRO_3)).toEqual([undefined, SKIP, SKIP])
  expect(signatures('gemini-4-argon')).toEqual([undefined, SKIP, SKIP])
  expect(signatures(FLASH_25)).toEqual([undefined, undefined, undefined])
})

it('words after results do not end the turn', () => {
  const turns = contents([user('A'), assistant(call('c1')), result('c1', 'B'), user('Quick!')])
  expect(turns[1]!.parts).toEqual([fc('c1', SKIP)])
})
