import type { GenerateContentParameters } from '@google/genai'
import { describe, expect, it } from 'vitest'
import { decodeCountRequest } from '../../../src/protocols/gemini/count-tokens.ts'
import { geminiAt } from '../../../src/protocols/gemini/index.ts'
import type { Decoded } from '../../../src/protocols/protocol.ts'
import type { Token } from '../../../src/core/prompt.ts'
import { wrapToken, wrapTokens } from '../../../src/protocols/token-envelope.ts'
import { result as toolResult } from '../../support/messages.ts'

type Body = Record<string, unknown>

const user = { role: 'user', parts: [{ text: 'Hi' }] }
const context = { resolveModel: (name: string | undefined) => name ?? 'a/default' }

function decode(body: Body, stream = false): Decoded {
  return geminiAt({ model: 'a/b/c', stream }).decode({ contents: [user], ...body }, context)
}

const messagesOf = (contents: unknown): Decoded['prompt']['messages'] => decode({ contents }).prompt.messages
const parametersOf = (generationConfig: Body): Body => ({ ...decode({ generationConfig }).prompt.parameters })

describe('the target', () => {
  it('names the model and whether to stream', () => {
    expect(decode({}, true)).toMatchObject({ prompt: { model: 'a/b/c' }, stream: true, choices: 1 })
    expect(decode({})).toMatchObject({ stream: false })
  })

  it('leaves the model to the body', () => {
    const body = { contents: [user], model: 'models/x/y' }
    expect(geminiAt({ stream: false }).decode(body, context).prompt.model).toBe('x/y')
    expect(geminiAt({ stream: false }).decode({ contents: [user] }, context).prompt.model).toBe('a/default')
  })
})

describe('contents', () => {
  it('become messages', () => {
    const systemInstruction: GenerateContentParameters['config'] = { systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] } }
    const contents = [
      { parts: [{ text: 'a' }, { text: 'b' }, { text: '' }] },
      {
        role: 'model',
        parts: [
          { text: 'Hm.', thought: true },
          { text: 'c', thoughtSignature: 'x' },
        ],
      },
      { role: 'model', parts: [{ text: 'd' }] },
      { role: 'user', parts: [{ text: 'e' }] },
      { role: 'model', parts: [{ text: '' }] },
      { role: 'user', parts: [{ text: 'f' }] },
    ]
    expect(decode({ contents, ...systemInstruction }).prompt.messages).toEqual([
      { role: 'system', content: 'Be brief.\nBe kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'c', token: { kind: 'thought-signature', value: 'x' } },
          { type: 'text', text: 'd' },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'e' }] },
      { role: 'user', content: [{ type: 'text', text: 'f' }] },
    ])
  })

  it('keep their signatures', () => {
    const own: Token = { kind: 'thought-signature', value: 'Zm9v' }
    const foreign: Token = { kind: 'signature', value: 'c2ln', origin: 'claude/opus' }
    const encrypted: Token = { kind: 'encrypted', value: 'gAAA', id: 'rs_1', origin: 'openai/gpt' }
    const call = (name: string, thoughtSignature?: string) => ({ functionCall: { id: name, name }, ...(thoughtSignature && { thoughtSignature }) })
    const parts = [
      { text: 'Hm', thought: true },
      { text: '.So.', thought: true },
      { text: 'I look.' },
      {
        text: '',
        thoughtSignature: wrapTokens([
          { token: foreign, place: { part: 'reasoning', text: 'Hm.' } },
          { token: { ...foreign, kind: 'redacted' }, place: { part: 'reasoning', text: '' } },
          { token: foreign, place: { part: 'reasoning', text: 'So.' } },
          { token: foreign, place: { part: 'reasoning', text: 'Hidden.' } },
          { token: own, place: { part: 'text' } },
        ]),
      },
      { text: 'Sum.', thought: true },
      call(
        'f',
        wrapTokens([
          { token: encrypted, place: { part: 'reasoning' } },
          { token: own, place: { part: 'tool-call', id: 'f' } },
        ]),
      ),
      { text: 'Led to nothing.', thought: true },
      { text: '', thought: true, thoughtSignature: wrapToken(foreign, { part: 'reasoning', text: 'Led to nothing.' }) },
      { text: '', thoughtSignature: 'Zm9v' },
      call('g', wrapToken(foreign, { part: 'tool-call', id: 'lost' })),
      call('h', 'skip_thought_signature_validator'),
      call('i', `${wrapToken(foreign)}AAAA`),
      { thoughtSignature: 'Zm9v' },
    ]
    const results = ['f', 'g', 'h', 'i'].map((name) => ({ functionResponse: { id: name, name, response: {} } }))
    const made = (name: string, token?: Token) => ({ type: 'tool-call', id: name, name, arguments: '{}', ...(token && { token }) })
    expect(messagesOf([user, { role: 'model', parts }, { role: 'user', parts: results }])[1]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', token: foreign },
        { type: 'reasoning', text: '', token: { ...foreign, kind: 'redacted' } },
        { type: 'reasoning', text: 'So.', token: foreign },
        { type: 'reasoning', text: 'Hidden.', token: foreign },
        { type: 'text', text: 'I look.', token: own },
        { type: 'reasoning', text: 'Sum.', token: encrypted },
        made('f', own),
        { type: 'reasoning', text: 'Led to nothing.', token: foreign },
        { type: 'text', text: '', token: own },
        made('g', foreign),
        made('h'),
        made('i'),
        { type: 'text', text: '', token: own },
      ],
    })
  })

  it('may be in snake case, and lone where Google takes a list', () => {
    const body = {
      system_instruction: { parts: { text: 'Be brief.' } },
      contents: { parts: [{ inline_data: { mime_type: 'image/PNG', data: '-_8=' } }] },
      generation_config: { max_output_tokens: 5, stop_sequences: ['x'] },
      tools: { function_declarations: { name: 'f', parameters: { type: 'OBJECT', properties: { snake_case: { type: 'STRING', max_length: '5' } } } } },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
    }
    expect(geminiAt({ model: 'm', stream: false }).decode(body, context).prompt).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'file', param: 'contents[0].parts[0]', mediaType: 'image/png', data: '+/8=' }] },
      ],
      tools: [{ name: 'f', parameters: { type: 'object', properties: { snake_case: { type: 'string', maxLength: 5 } } } }],
      toolChoice: { type: 'tool', name: 'f' },
      output: { type: 'text' },
      parameters: { maxOutputTokens: 5, stop: ['x'] },
    })
  })

  it('have files', () => {
    const parts = [
      { inlineData: { mimeType: 'application/pdf', data: 'JVBERg==', displayName: 'a.pdf' } },
      { inlineData: { mimeType: 'text/plain; charset=utf-8', data: Buffer.from('Grüße').toString('base64') } },
      { fileData: { fileUri: 'data:audio/wav;base64,AAAA' } },
      { fileData: { fileUri: 'https://example.com/a.png', mimeType: 'image/png' } },
    ]
    expect(messagesOf([{ role: 'user', parts }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'file', param: 'contents[0].parts[0]', mediaType: 'application/pdf', data: 'JVBERg==', filename: 'a.pdf' },
          { type: 'text', text: 'Grüße' },
          { type: 'file', param: 'contents[0].parts[2]', mediaType: 'audio/wav', data: 'AAAA' },
          { type: 'remote-file', param: 'contents[0].parts[3]', url: 'https://example.com/a.png' },
        ],
      },
    ])
  })
})

describe('calls', () => {
  const call = (name: string, id?: string): Body => ({ functionCall: { name, args: { x: name }, ...(id && { id }) } })
  const result = (name: string, response: unknown, id?: string): Body => ({ functionResponse: { name, response, ...(id && { id }) } })

  it('are paired by name and order', () => {
    const contents = [
      user,
      { role: 'model', parts: [{ text: 'I look.' }, call('f'), call('g'), call('f')] },
      { role: 'function', parts: [result('f', { output: 'one' }), result('g', { result: 2 })] },
      { role: 'user', parts: [{ text: 'And?' }, result('f', { output: { a: 1 } })] },
      { role: 'model', parts: [call('f')] },
      { role: 'user', parts: [result('f', { error: 'no' })] },
    ]
    const unnamed = (id: string, name: string) => ({ type: 'tool-call', id, name, arguments: JSON.stringify({ x: name }), unnamed: true })
    expect(messagesOf(contents).slice(1)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', text: 'I look.' }, unnamed('call_1', 'f'), unnamed('call_2', 'g'), unnamed('call_3', 'f')] },
      toolResult('call_1', 'one'),
      toolResult('call_2', '{"result":2}'),
      toolResult('call_3', '{"a":1}'),
      { role: 'user', content: [{ type: 'text', text: 'And?' }] },
      { role: 'assistant', parts: [unnamed('call_4', 'f')] },
      toolResult('call_4', '{"error":"no"}'),
    ])
    // What was said before keeps its ids.
    expect(messagesOf(contents.slice(0, 4))).toEqual(messagesOf(contents).slice(0, 6))
  })

  it('are paired by id, and made ids take no place', () => {
    const contents = [
      { role: 'model', parts: [call('f'), call('f', 'call_1'), call('f', 'b')] },
      { role: 'user', parts: [result('f', {}, 'b'), result('f', {}), result('f', {}, 'call_1')] },
    ]
    const [assistant, ...results] = messagesOf(contents)
    expect(assistant).toMatchObject({ parts: [{ id: 'call_1_', unnamed: true }, { id: 'call_1' }, { id: 'b' }] })
    expect(results).toEqual([toolResult('b', '{}'), toolResult('call_1_', '{}'), toolResult('call_1', '{}')])
  })

  it('may have files in their results', () => {
    const file = { inlineData: { mimeType: 'image/png', data: 'AAAA' } }
    const contents = [
      { role: 'model', parts: [call('f')] },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'see' }, parts: [file] } }] },
    ]
    expect(messagesOf(contents).slice(1)).toEqual([
      {
        role: 'tool',
        toolCallId: 'call_1',
        content: [
          { type: 'text', text: 'see' },
          { type: 'file', param: 'contents[1].parts[0].functionResponse.parts[0]', mediaType: 'image/png', data: 'AAAA' },
        ],
      },
    ])
  })
})

describe('tools', () => {
  const f = { name: 'f', description: 'Does', parameters: { type: 'OBJECT', properties: { a: { type: 'INTEGER' } } } }
  const g = { name: 'g', parametersJsonSchema: { type: 'object', x_y: 1 } }
  const tools = [{ functionDeclarations: [f] }, { functionDeclarations: [g, { name: 'h.i' }], googleSearch: {} }, { codeExecution: {} }]
  const chosen = (config: Body): unknown => {
    const { prompt } = decode({ tools, toolConfig: { functionCallingConfig: config } })
    return [prompt.toolChoice, prompt.tools.map(({ name }) => name)]
  }

  it('have JSON Schema', () => {
    expect(decode({ tools })).toMatchObject({
      prompt: {
        tools: [
          { name: 'f', description: 'Does', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
          { name: 'g', parameters: { type: 'object', x_y: 1 } },
          { name: 'h.i' },
        ],
        toolChoice: { type: 'auto' },
      },
      ignored: ['tools.googleSearch', 'tools.codeExecution'],
    })
  })

  it('may be chosen', () => {
    const all = ['f', 'g', 'h.i']
    expect(chosen({})).toEqual([{ type: 'auto' }, all])
    expect(chosen({ mode: 'AUTO' })).toEqual([{ type: 'auto' }, all])
    expect(chosen({ mode: 'NONE' })).toEqual([{ type: 'none' }, all])
    expect(chosen({ mode: 'ANY' })).toEqual([{ type: 'required' }, all])
    expect(chosen({ mode: 'ANY', allowedFunctionNames: ['g'] })).toEqual([{ type: 'tool', name: 'g' }, all])
    expect(chosen({ mode: 'ANY', allowedFunctionNames: ['f', 'g'] })).toEqual([{ type: 'required' }, ['f', 'g']])
    expect(chosen({ mode: 'VALIDATED', allowedFunctionNames: ['f'] })).toEqual([{ type: 'auto' }, ['f']])
  })
})

describe('generationConfig', () => {
  it('has the parameters', () => {
    const config = {
      temperature: 0,
      topP: 0.5,
      topK: 40,
      maxOutputTokens: 10,
      stopSequences: ['a', ''],
      seed: 7,
      presencePenalty: 0,
      frequencyPenalty: 1,
      candidateCount: 2,
      responseModalities: ['TEXT'],
      speechConfig: {},
      mediaResolution: null,
    }
    const decoded = decode({ generationConfig: config, safetySettings: [{ category: 'x' }], labels: null })
    expect(decoded.prompt.parameters).toEqual({ temperature: 0, topP: 0.5, maxOutputTokens: 10, topK: 40, stop: ['a'], seed: 7, frequencyPenalty: 1 })
    expect(decoded).toMatchObject({ choices: 2, ignored: ['generationConfig.speechConfig', 'safetySettings'] })
    expect(parametersOf({ responseModalities: ['TEXT', 'IMAGE'] })).toEqual({ modalities: ['text', 'image'] })
    expect(parametersOf({ responseLogprobs: true, logprobs: 3 })).toEqual({ logprobs: 3 })
    expect(parametersOf({ responseLogprobs: true })).toEqual({ logprobs: 0 })
  })

  it.each([
    [{ thinkingBudget: -1 }, { reasoningMode: 'adaptive' }],
    [{ thinkingBudget: 0 }, { reasoningMode: 'disabled' }],
    [{ thinkingBudget: 1 }, { reasoningBudget: 1 }],
    [{ thinkingBudget: 24_576 }, { reasoningBudget: 24_576 }],
    [
      { thinkingLevel: 'MINIMAL', thinkingBudget: 9000 },
      { reasoningEffort: 'minimal', reasoningBudget: 9000 },
    ],
    [{ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }, {}],
    [{ includeThoughts: true }, { reasoningDisplay: 'auto' }],
    [{ includeThoughts: false }, { reasoningDisplay: 'none' }],
  ])('says how much is to be thought: %j', (thinkingConfig, parameters) => {
    expect(parametersOf({ thinkingConfig })).toEqual(parameters)
  })

  it('has the form of the text', () => {
    const outputOf = (generationConfig: Body): unknown => decode({ generationConfig }).prompt.output
    const json = { responseMimeType: 'application/json' }
    expect(outputOf({})).toEqual({ type: 'text' })
    expect(outputOf(json)).toEqual({ type: 'json' })
    expect(outputOf({ ...json, responseSchema: { type: 'ARRAY', items: { type: 'STRING' } } })).toEqual({
      type: 'json-schema',
      name: 'response',
      schema: { type: 'array', items: { type: 'string' } },
      strict: false,
    })
    expect(outputOf({ ...json, responseJsonSchema: { type: 'object' } })).toMatchObject({ schema: { type: 'object' } })
  })
})

describe('refuses', () => {
  const parts = (...list: unknown[]): Body => ({ contents: [{ role: 'user', parts: list }] })
  const call = { functionCall: { name: 'f' } }

  it.each<[Body, string, string]>([
    [{ contents: [] }, 'contents', 'at least 1 element'],
    [{ contents: 'Hi' }, 'contents', 'Expected an array'],
    [{ contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] }, 'contents[0].role', "'user', 'model', 'function'"],
    [parts(), 'contents[0]', 'empty'],
    [parts({ text: '' }), 'contents[0]', 'empty'],
    [parts({ text: 1 }), 'contents[0].parts[0].text', 'Expected a string'],
    [parts({ futurePart: {} }), 'contents[0].parts[0]', 'is no part'],
    [parts({ executableCode: {} }), 'contents', 'nothing in it'],
    [parts(call), 'contents[0].parts[0]', 'is no part'],
    [parts({ inlineData: { mimeType: 'image/png', data: 'secret!' } }), 'contents[0].parts[0].inlineData.data', 'not base64'],
    [parts({ inlineData: { mimeType: 'video/mp4', data: 'AAAA' } }), 'contents[0].parts[0]', 'video/mp4'],
    [parts({ fileData: { fileUri: 'gs://secret' } }), 'contents[0].parts[0].fileData.fileUri', 'inlineData'],
    [parts({ functionResponse: { name: 'f', response: {} } }), 'contents[0].parts[0].functionResponse', 'answers no'],
    [{ contents: [user, { role: 'model', parts: [call] }] }, 'contents[1]', 'none for f'],
    [{ contents: [user, { role: 'model', parts: [call] }, user] }, 'contents[2]', 'none for f'],
    [
      { contents: [user, { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }] },
      'contents[1].parts[0]',
      'no part that the model',
    ],
    [{ tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'f' }] }] }, 'tools[0].functionDeclarations[1].name', 'same name'],
    [{ tools: [{ googleSearch: {} }], toolConfig: { functionCallingConfig: { mode: 'ANY' } } }, 'toolConfig.functionCallingConfig.mode', 'at least one'],
    [{ toolConfig: { functionCallingConfig: { allowedFunctionNames: ['f'] } } }, 'toolConfig.functionCallingConfig.allowedFunctionNames', 'not in'],
    [{ generationConfig: { temperature: 3 } }, 'generationConfig.temperature', 'at most 2'],
    [{ generation_config: { max_output_tokens: 0 } }, 'generationConfig.maxOutputTokens', 'at least 1'],
    [{ generationConfig: { logprobs: 2 } }, 'generationConfig.logprobs', 'responseLogprobs'],
    [{ generationConfig: { responseMimeType: 'text/x.enum' } }, 'generationConfig.responseMimeType', "'application/json'"],
    [{ cachedContent: 'cachedContents/secret' }, 'cachedContent', 'stored at Google'],
  ])('%j', (body, param, text) => {
    expect(() => decode(body)).toThrow(
      expect.objectContaining({
        name: 'BridgeError',
        status: 400,
        param,
        message: expect.toSatisfy((message: string) => message.includes(text) && !message.includes('secret')),
      }),
    )
  })
})

describe('countTokens', () => {
  it('takes contents or a whole request', () => {
    expect(decodeCountRequest({ contents: [user] }, 'm', context)).toMatchObject({ model: 'm', messages: [{ role: 'user' }] })
    const whole = { generate_content_request: { model: 'models/x', contents: [user], system_instruction: { parts: [{ text: 'S' }] } } }
    expect(decodeCountRequest(whole, 'm', context).messages).toMatchObject([{ role: 'system' }, { role: 'user' }])
    expect(() => decodeCountRequest({ generateContentRequest: 1 }, 'm', context)).toThrow(expect.objectContaining({ param: 'generateContentRequest' }))
  })
})
