import { describe, expect, test } from 'vitest'
import type { CallForm } from '../../src/core/call.ts'
import { adapt, asksForStream } from '../../src/wires/adapt.ts'

/** Every change that a body undergoes on its way to a provider of its own format; all else is no change. */

const form: CallForm = {
  wire: 'chat',
  apiModel: 'api-model',
  url: 'https://api.test/v1/chat/completions',
  npm: '@ai-sdk/openai-compatible',
  defaults: { max_tokens: 32000 },
  configured: {},
  loginHeaders: [],
  preamble: [],
}
const responses: CallForm = { ...form, wire: 'responses', url: 'https://api.test/v1/responses', npm: '@ai-sdk/openai' }
const copilot: CallForm = { ...responses, npm: '@ai-sdk/github-copilot', defaults: { store: false }, loginHeaders: ['authorization', 'x-initiator'] }
const chatgpt: CallForm = { ...responses, defaults: { store: false, instructions: '-' }, loginHeaders: ['authorization'] }
const gemini: CallForm = { ...form, wire: 'gemini', url: 'https://api.test/v1beta/models/m:streamGenerateContent' }
const search = { type: 'web_search' }
const tool = { type: 'function', name: 't' }

test('a thread is for Anthropic itself to hold', () => {
  const messages: CallForm = { ...form, wire: 'messages' }
  const body = { thread: { type: 'create' } }
  expect(() => adapt(body, messages)).toThrow(expect.objectContaining({ code: 'thread_unsupported_request', status: 400 }))
  expect(adapt(body, { ...messages, url: 'https://api.anthropic.com/v1/messages' }).changes).not.toHaveProperty('thread')
  expect(adapt({ thread: null }, messages).changes).not.toHaveProperty('thread')
})

describe('a body changes by', () => {
  test.each<[string, CallForm, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['its model', form, { model: 'p/m', stream: false, x: 1 }, { model: 'api-model' }, []],
    [
      'a wish for what a stream uses',
      form,
      { stream: true, stream_options: { include_usage: false, x: 1 } },
      { model: 'api-model', stream_options: { include_usage: true, x: 1 } },
      [],
    ],
    ['nothing where it is wished for', form, { stream: true, stream_options: { include_usage: true } }, { model: 'api-model' }, []],
    ['no wish that a server refuses', { ...form, npm: '@ai-sdk/mistral' }, { stream: true }, { model: 'api-model' }, []],
    [
      'files in the plain form of base64',
      form,
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'DATA:image/PNG;a=b;base64, iVBO\nRw' } }] },
          { role: 'user', content: 'data:x, y' },
        ],
      },
      {
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } }] },
          { role: 'user', content: 'data:x, y' },
        ],
        model: 'api-model',
      },
      [],
    ],
    [
      'files, but for what is none',
      { ...form, wire: 'messages' },
      {
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'redacted_thinking', data: 'a-b' },
              { type: 'tool_use', input: { file_data: 'a-b' } },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'document', source: { type: 'text', data: 'a b' } },
              { type: 'image', source: { type: 'base64', data: 'no base64!' } },
            ],
          },
        ],
      },
      { model: 'api-model' },
      [],
    ],
    ['files in no case for Google', gemini, { contents: [{ parts: [{ inlineData: { data: 'a-b' } }] }] }, {}, []],
    [
      'no tools at all',
      form,
      { tools: [], tool_choice: 'auto', functions: [], function_call: 'none' },
      { model: 'api-model', tools: undefined, tool_choice: undefined, functions: undefined, function_call: undefined },
      [],
    ],
    [
      'an answer that says nothing',
      form,
      { messages: [{ role: 'assistant', content: null, tool_calls: [] }, { role: 'assistant', content: null, tool_calls: [{}] }, { role: 'tool' }] },
      { model: 'api-model', messages: [{ role: 'assistant', content: '' }, { role: 'assistant', content: null, tool_calls: [{}] }, { role: 'tool' }] },
      [],
    ],
    [
      'several things in one field',
      { ...form, npm: '@ai-sdk/openai' },
      {
        messages: [
          { role: 'assistant', reasoning_details: [] },
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
        ],
      },
      {
        model: 'api-model',
        messages: [
          { role: 'assistant', content: '' },
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
        ],
      },
      [],
    ],
    ['nothing in Gemini', gemini, { contents: [] }, {}, []],
    [
      'what OpenAI’s package has parsed',
      responses,
      {
        input: [
          { type: 'function_call', arguments: '{}', parsed_arguments: {} },
          { role: 'assistant', content: [{ type: 'output_text', text: '{}', parsed: null }] },
          'x',
        ],
      },
      { model: 'api-model', input: [{ type: 'function_call', arguments: '{}' }, { role: 'assistant', content: [{ type: 'output_text', text: '{}' }] }, 'x'] },
      [],
    ],
    [
      'empty texts of Google’s',
      gemini,
      {
        contents: [
          { role: 'user', parts: [{ text: '' }] },
          { role: 'model', parts: [{ text: '' }] },
          { role: 'model', parts: [{ text: '', thoughtSignature: 's' }, { text: '', thought: true }, { text: 'x' }] },
        ],
      },
      {
        contents: [
          { role: 'user', parts: [{ text: '' }] },
          { role: 'model', parts: [{ text: '', thoughtSignature: 's' }, { text: 'x' }] },
        ],
      },
      [],
    ],
    [
      'what the user configured and the client left out',
      { ...form, configured: { reasoning_effort: 'high', top_p: 0.5 } },
      { top_p: 1 },
      { model: 'api-model', reasoning_effort: 'high' },
      [],
    ],
    [
      'what the user configured within Gemini’s one field',
      { ...gemini, configured: { generationConfig: { thinkingConfig: { a: 1 }, topK: 3 } } },
      { generationConfig: { topK: 1 } },
      { generationConfig: { thinkingConfig: { a: 1 }, topK: 1 } },
      [],
    ],
    ['hosted tools on Copilot', copilot, { tools: [search, tool], store: false }, { model: 'api-model', tools: [tool] }, ['tools.web_search']],
    ['hosted tools alone on Copilot', copilot, { tools: [search], store: false }, { model: 'api-model', tools: undefined }, ['tools.web_search']],
    ['a wish to store on Copilot', copilot, {}, { model: 'api-model', store: false, include: ['reasoning.encrypted_content'] }, []],
    ['hosted tools elsewhere: not at all', responses, { tools: [search] }, { model: 'api-model' }, []],
    ['a wish to store elsewhere: not at all', { ...responses, defaults: { store: false } }, { store: true }, { model: 'api-model' }, []],
    [
      'what ChatGPT demands',
      chatgpt,
      { input: [], include: ['x'] },
      { model: 'api-model', store: false, stream: true, instructions: '-', include: ['x', 'reasoning.encrypted_content'] },
      [],
    ],
    [
      'what ChatGPT refuses',
      chatgpt,
      { instructions: 'mine', store: false, max_output_tokens: 9 },
      { model: 'api-model', store: false, stream: true, max_output_tokens: undefined },
      ['max_output_tokens'],
    ],
    [
      'what a login has system prompts begin with',
      { ...form, preamble: ['I am P.'] },
      { messages: [{ role: 'user', content: 'x' }] },
      {
        model: 'api-model',
        messages: [
          { role: 'system', content: 'I am P.' },
          { role: 'user', content: 'x' },
        ],
      },
      [],
    ],
    [
      'that, in each format',
      { ...responses, preamble: ['I am P.'] },
      { instructions: 'Be brief.' },
      { model: 'api-model', instructions: 'I am P.\n\nBe brief.' },
      [],
    ],
    [
      'that, in Messages',
      { ...form, wire: 'messages', preamble: ['I am P.'] },
      { system: 'Be brief.' },
      {
        model: 'api-model',
        system: [
          { type: 'text', text: 'I am P.' },
          { type: 'text', text: 'Be brief.' },
        ],
      },
      [],
    ],
    [
      'that, in Gemini',
      { ...gemini, preamble: ['I am P.'] },
      { system_instruction: { parts: [{ text: 'Be brief.' }] } },
      { system_instruction: { parts: [{ text: 'I am P.' }, { text: 'Be brief.' }] } },
      [],
    ],
    [
      'that, and another in the same field',
      { ...form, preamble: ['I am P.'] },
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] }] },
      {
        model: 'api-model',
        messages: [
          { role: 'system', content: 'I am P.' },
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
        ],
      },
      [],
    ],
    [
      'that, where it is there already: not at all',
      { ...form, preamble: ['I am P.'] },
      { messages: [{ role: 'system', content: 'I am P.' }] },
      { model: 'api-model' },
      [],
    ],
  ])('%s', (_name, called, body, changes, ignored) => {
    expect(adapt(body, called)).toEqual({ changes, ignored })
  })

  test('a configured budget only where it fits below the client’s limit', () => {
    const claude: CallForm = { ...form, wire: 'messages', configured: { thinking: { type: 'enabled', budget_tokens: 2048 } } }
    expect(adapt({ max_tokens: 9000 }, claude).changes).toHaveProperty('thinking')
    expect(adapt({ max_tokens: 2048 }, claude).changes).not.toHaveProperty('thinking')
  })
})

test('ChatGPT alone can only be asked for a stream', () => {
  const forms = [form, responses, copilot, gemini, chatgpt]
  expect(forms.filter((one) => asksForStream(one, false))).toEqual([chatgpt])
  expect(forms.filter((one) => asksForStream(one, true))).toEqual(forms)
})

test('a provider that cannot stream is asked for the whole answer', () => {
  const whole = { ...form, wholeOnly: true }
  expect(asksForStream(whole, true)).toBe(false)
  expect(adapt({ model: 'm', stream: true, stream_options: { include_usage: true }, messages: [] }, whole).changes).toMatchObject({
    stream: false,
    stream_options: undefined,
  })
  expect(adapt({ model: 'm', messages: [] }, whole).changes).not.toHaveProperty('stream')
})
