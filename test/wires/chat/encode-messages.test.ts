import { describe, expect, it } from 'vitest'
import type { Prompt } from '../../../src/core/prompt.ts'
import { RESULTS_IN_WORDS } from '../../../src/core/tool-result.ts'
import { chatWire } from '../../../src/wires/chat/index.ts'
import { assistant, call, file, prompt, result, system, target, type TargetOptions, text, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

function messagesOf(messages: Prompt['messages'], options: Partial<TargetOptions> = {}, others: Partial<Prompt> = {}): Body[] {
  return (chatWire.encode(prompt({ messages, ...others }), target({ wire: 'chat', ...options })) as Body).messages
}

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
const handedOver = { type: 'text', text: 'Attached media from tool result:' }

describe('messages', () => {
  it.each<[string, Prompt['messages'], Body[]]>([
    [
      'keep their roles and order, the system’s in the middle',
      [system('A'), user('B'), system('C'), assistant('D'), user('E')],
      [
        { role: 'system', content: 'A' },
        { role: 'user', content: 'B' },
        { role: 'system', content: 'C' },
        { role: 'assistant', content: 'D' },
        { role: 'user', content: 'E' },
      ],
    ],
    ['of several parts are lists', [user('A', 'B')], [{ role: 'user', content: [text('A'), text('B')] }]],
    [
      'may be empty',
      [user(), assistant()],
      [
        { role: 'user', content: '' },
        { role: 'assistant', content: '' },
      ],
    ],
    ['have images', [user('A', file('image/png'))], [{ role: 'user', content: [text('A'), image] }]],
    [
      'have PDFs',
      [user(file('application/pdf', 'AAAA', 'a.pdf'))],
      [{ role: 'user', content: [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } }] }],
    ],
    [
      'name a PDF without a name',
      [user(file('application/pdf'))],
      [{ role: 'user', content: [{ type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,AAAA' } }] }],
    ],
    [
      'have audio',
      [user(file('audio/mpeg'), file('audio/wav'), file('audio/flac'))],
      [{ role: 'user', content: ['mp3', 'wav', 'flac'].map((format) => ({ type: 'input_audio', input_audio: { data: 'AAAA', format } })) }],
    ],
    [
      'have calls with their arguments as they were',
      [assistant('A', call('c1', 'look', '{"b": 1,  "a":2}'), call('c2', 'go', ''), call('c3', 'go', '[1]'), call('c4', 'go', '{"cut'))],
      [
        {
          role: 'assistant',
          content: 'A',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"b": 1,  "a":2}' } },
            { id: 'c2', type: 'function', function: { name: 'go', arguments: '' } },
            { id: 'c3', type: 'function', function: { name: 'go', arguments: '[1]' } },
            { id: 'c4', type: 'function', function: { name: 'go', arguments: '{"cut' } },
          ],
        },
      ],
    ],
  ])('%s', (_, messages, expected) => {
    expect(messagesOf(messages, { model: { reasoning: false } })).toEqual(expected)
  })

  it('with calls alone have no content', () => {
    expect(messagesOf([assistant(call('c1'))])[0]).toMatchObject({ content: null })
  })
})

describe('results of tools', () => {
  const step = assistant(call('c1'), call('c2'))

  it('are text', () => {
    expect(messagesOf([step, result('c1', 'A', 'B'), result('c2')]).slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'A\n\nB' },
      { role: 'tool', tool_call_id: 'c2', content: '' },
    ])
  })

  it('have their files in a user’s message after the last of them, in the words that Copilot’s login knows', () => {
    expect(messagesOf([step, result('c1', 'A', file('image/png')), result('c2', 'B'), user('C')]).slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'A' },
      { role: 'tool', tool_call_id: 'c2', content: 'B' },
      { role: 'user', content: [handedOver, text('Of c1:'), image] },
      { role: 'user', content: 'C' },
    ])
  })

  it('of files alone say so, at the end of the conversation as well', () => {
    expect(messagesOf([assistant(call('c1')), result('c1', file('image/png'))]).slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'The result is the file that follows.' },
      { role: 'user', content: [handedOver, image] },
    ])
  })

  it('of one step do not get the files of the one before', () => {
    const messages = messagesOf([assistant(call('c1')), result('c1', file('image/png')), assistant(call('c2')), result('c2', 'B')])
    expect(messages.map(({ role }) => role)).toEqual(['assistant', 'tool', 'user', 'assistant', 'tool'])
  })
})

describe('ids of calls', () => {
  const id = (options: Partial<TargetOptions>, wanted: string) => {
    const [asked, answered] = messagesOf([assistant(call(wanted)), result(wanted, 'A')], options)
    expect(answered!.tool_call_id).toBe(asked!.tool_calls[0].id)
    return asked!.tool_calls[0].id as string
  }

  it.each([
    ['OpenAI', { npm: '@ai-sdk/openai' }, 'call_1', 'call_1'],
    ['others', { npm: '@ai-sdk/openai-compatible' }, 'x'.repeat(90), 'x'.repeat(90)],
    ['Mistral', { npm: '@ai-sdk/mistral' }, 'abcDEF123', 'abcDEF123'],
  ])('stay where %s takes them', (_, form, wanted, expected) => {
    expect(id({ form }, wanted)).toBe(expected)
  })

  it('are shortened for OpenAI', () => {
    const ids = ['y', 'z'].map((end) => id({ form: { npm: '@ai-sdk/github-copilot' } }, 'x'.repeat(60) + end))
    expect(new Set(ids).size).toBe(2)
    for (const one of ids) expect(one).toMatch(/^[a-zA-Z0-9_]{1,40}$/)
  })

  it('have nine letters and digits for Mistral', () => {
    const ids = ['call_abcdefgh1', 'call_abcdefgh2', 'c'].map((one) => id({ form: { npm: '@ai-sdk/mistral' } }, one))
    expect(new Set(ids).size).toBe(3)
    for (const one of ids) expect(one).toMatch(/^[a-zA-Z0-9]{9}$/)
  })
})

it('Mistral hears the model between a tool and a user', () => {
  const roles = (npm: string) =>
    messagesOf([assistant(call('c1')), result('c1', 'A', file('image/png')), user('B'), user('C')], { form: { npm } }).map(({ role }) => role)
  expect(roles('@ai-sdk/mistral')).toEqual(['assistant', 'tool', 'assistant', 'user', 'user', 'user'])
  expect(roles('@ai-sdk/xai')).toEqual(['assistant', 'tool', 'user', 'user', 'user'])
})

it('names that are refused are changed in tools, choice and history alike', () => {
  const body = chatWire.encode(
    prompt({ messages: [assistant(call('c1', 'mail.read')), result('c1', 'A')], tools: [tool('mail.read')], toolChoice: { type: 'tool', name: 'mail.read' } }),
    target({ wire: 'chat' }),
  ) as Body
  expect(body.tools[0].function.name).toBe('mail_read')
  expect(body.tool_choice).toEqual({ type: 'function', function: { name: 'mail_read' } })
  expect(body.messages[0].tool_calls[0].function.name).toBe('mail_read')
})

describe('reasoning', () => {
  const own = { origin: 'p/m' }
  const foreign = { origin: 'p/other' }
  const details = (...items: object[]) => ({ kind: 'details' as const, value: JSON.stringify(items) })
  const openrouter: Partial<TargetOptions> = { apiModel: 'anthropic/claude', form: { npm: '@openrouter/ai-sdk-provider' } }
  const copilot: Partial<TargetOptions> = { form: { npm: '@ai-sdk/github-copilot' } }
  const signed = { type: 'reasoning.text', text: 'Hm', signature: 's', index: 0 }
  const opaque = { kind: 'opaque' as const, value: 'o' }
  const signature = { kind: 'signature' as const, value: 's' }

  it.each<[string, Partial<TargetOptions>, Parameters<typeof assistant>, Body]>([
    ['of OpenRouter’s goes back as received', openrouter, [thought('Hm', { ...details(signed), ...own }), call('c1')], { reasoning_details: [signed] }],
    ['of OpenRouter’s, raw, too', openrouter, [thought('Hm', details(signed))], { reasoning_details: [signed] }],
    ['of another model of OpenRouter’s is not sent, nor is its text', openrouter, [thought('Hm', { ...details(signed), ...foreign })], {}],
    ['without a token does not reach OpenRouter', openrouter, [thought('Hm'), call('c1')], {}],
    [
      'in pieces of one answer is one list',
      openrouter,
      [
        thought('Hm', { ...details({ type: 'reasoning.text', text: 'Hm', index: 0 }), ...own }),
        'A',
        thought('', { ...details({ type: 'reasoning.text', signature: 's', index: 0 }), ...own }),
      ],
      { reasoning_details: [signed] },
    ],
    [
      'of two blocks of one index stays two',
      openrouter,
      [thought('Hm', { ...details(signed), ...own }), thought('Ho', { ...details({ ...signed, text: 'Ho', signature: 't' }), ...own })],
      { reasoning_details: [signed, { ...signed, text: 'Ho', signature: 't' }] },
    ],
    [
      'that opencode kept is sent once',
      openrouter,
      [
        thought('Hm', { kind: 'metadata', value: JSON.stringify({ openrouter: { reasoning_details: [signed] } }), ...own }),
        call('c1', 'look', '{}', { kind: 'metadata', value: JSON.stringify({ openrouter: { reasoning_details: [signed] } }), ...own }),
      ],
      { reasoning_details: [signed] },
    ],
    ['of Copilot’s goes with its text', copilot, [thought('Hm', { ...opaque, ...own }), call('c1')], { reasoning_text: 'Hm', reasoning_opaque: 'o' }],
    [
      'of Copilot’s may be in pieces',
      copilot,
      [thought('', { ...opaque, ...own }), call('c1'), thought('', { ...opaque, value: 'p', ...own })],
      { reasoning_opaque: 'op' },
    ],
    [
      'of Copilot’s that opencode kept',
      copilot,
      [thought('Hm', { kind: 'metadata', value: '{"copilot":{"reasoningOpaque":"k"}}', ...own })],
      { reasoning_text: 'Hm', reasoning_opaque: 'k' },
    ],
    ['of another model reaches no Copilot', copilot, [thought('Hm', { ...opaque, ...foreign }), call('c1')], {}],
    ['without a token reaches no Copilot', copilot, [thought('Hm')], {}],
    [
      'of another reaches Copilot beside its own no more',
      copilot,
      [thought('X', { ...signature, ...foreign }), thought('Hm', { ...opaque, ...own })],
      { reasoning_text: 'Hm', reasoning_opaque: 'o' },
    ],
    ['of DeepSeek’s is text', { apiModel: 'deepseek-reasoner' }, [thought('Hm'), call('c1')], { reasoning_content: 'Hm' }],
    [
      'of another vendor is text to such servers, without its token',
      {},
      [thought('Hm', { ...signature, ...foreign }), call('c1')],
      { reasoning_content: 'Hm' },
    ],
    ['that is lost is empty to such servers, with a call', {}, [call('c1')], { reasoning_content: '' }],
    ['that is lost is empty to DeepSeek, with any answer', { apiModel: 'deepseek-v4' }, ['A'], { reasoning_content: '' }],
    ['that is lost is nothing to others', {}, ['A'], {}],
    ['that is lost is nothing to a model that has none', { model: { reasoning: false } }, [call('c1')], {}],
    [
      'that the client sent reaches a model of which nobody knows that it thinks',
      { model: { reasoning: false } },
      [thought('Hm'), call('c1')],
      { reasoning_content: 'Hm' },
    ],
    ['of another model does not', { model: { reasoning: false } }, [thought('Hm', { ...signature, ...foreign }), call('c1')], {}],
    [
      'of another model reaches one that is known to think',
      { apiModel: 'Kimi-K2', model: { reasoning: false } },
      [thought('Hm', { ...signature, ...foreign }), call('c1')],
      { reasoning_content: 'Hm' },
    ],
    ['of Groq’s has another name', { form: { npm: '@ai-sdk/groq' } }, [thought('Hm'), call('c1')], { reasoning: 'Hm' }],
    ['reaches no Mistral', { form: { npm: '@ai-sdk/mistral' } }, [thought('Hm'), call('c1')], {}],
    [
      'reaches no OpenAI',
      { form: { npm: '@ai-sdk/openai-compatible', url: 'https://api.openai.com/v1/chat/completions' } },
      [thought('Hm', details(signed)), call('c1')],
      {},
    ],
    ['raw, in OpenRouter’s form, reaches no Groq', { form: { npm: '@ai-sdk/groq' } }, [thought('', details(signed)), call('c1')], {}],
    ['raw, in another vendor’s form, reaches nobody', openrouter, [thought('', signature), call('c1')], {}],
    [
      'of Gemini behind OpenRouter has Google’s word where it is lost',
      { ...openrouter, apiModel: 'google/gemini-3-pro' },
      [call('c1'), call('c2')],
      { reasoning_details: [{ type: 'reasoning.encrypted', data: 'skip_thought_signature_validator', id: 'c1', format: 'google-gemini-v1', index: 0 }] },
    ],
    [
      'of Gemini behind OpenRouter has it beside what is no signature',
      { ...openrouter, apiModel: 'google/gemini-3-pro' },
      [thought('Hm', { ...details({ type: 'reasoning.text', text: 'Hm', index: 0 }), ...own }), call('c1')],
      {
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm', index: 0 },
          { type: 'reasoning.encrypted', data: 'skip_thought_signature_validator', id: 'c1', format: 'google-gemini-v1', index: 1 },
        ],
      },
    ],
    [
      'of Gemini behind OpenRouter has it not beside its signature',
      { ...openrouter, apiModel: 'google/gemini-3-pro' },
      [thought('', { ...details({ type: 'reasoning.encrypted', data: 'd', id: 'c1', index: 0 }), ...own }), call('c1')],
      { reasoning_details: [{ type: 'reasoning.encrypted', data: 'd', id: 'c1', index: 0 }] },
    ],
    ['that is broken is none', openrouter, [thought('', { kind: 'details', value: '{', ...own })], {}],
  ])('%s', (_, options, parts, expected) => {
    const { role: _role, content: _content, tool_calls: _calls, cache_control: _cache, ...fields } = messagesOf([assistant(...parts)], options)[0]!
    expect(fields).toEqual(expected)
  })

  describe('of Gemini 3 behind Copilot', () => {
    const copilot = { apiModel: 'gemini-3.1-pro-preview', form: { npm: '@ai-sdk/github-copilot' } }
    const opaque = { kind: 'opaque' as const, value: 'o', ...own }

    it('that is lost has its calls told in words, in the turn that goes on', () => {
      const turn = [user('A'), assistant('Let me see.', call('c1', 'look', '{"at":1}'), call('c2', 'go')), result('c1', 'R'), result('c2', 'S')]
      const next = [assistant(thought('Hm', opaque), call('c3')), result('c3', 'T')]
      const [asked, said, told, ...rest] = messagesOf([...turn, ...next], copilot)
      expect([asked, said]).toEqual([
        { role: 'user', content: 'A' },
        { role: 'assistant', content: 'Let me see.' },
      ])
      expect(told).toEqual({
        role: 'user',
        content: `${RESULTS_IN_WORDS}\n\nlook was called with {"at":1} and gave:\nR\n\ngo was called with {"at":1} and gave:\nS`,
      })
      expect(rest).toMatchObject([
        { reasoning_opaque: 'o', tool_calls: [{ id: 'c3' }] },
        { role: 'tool', tool_call_id: 'c3' },
      ])
    })

    it('that is lost in an earlier turn is nobody’s business', () => {
      const messages = messagesOf([user('A'), assistant(call('c1')), result('c1', 'R'), assistant('B'), user('C')], copilot)
      expect(messages[1]!.tool_calls).toHaveLength(1)
    })

    it('is no other model’s', () => {
      expect(messagesOf([user('A'), assistant(call('c1')), result('c1', 'R')], { ...copilot, apiModel: 'gemini-2.5-pro' })[1]!.tool_calls).toHaveLength(1)
    })
  })

  it('of Gemini at Google’s own server is a call’s', () => {
    const token = { kind: 'thought-signature' as const, value: 's' }
    const calls = messagesOf([
      assistant(call('c1', 'a', '{}', { ...token, ...own }), call('c2', 'a', '{}', { ...token, ...foreign }), call('c3', 'a', '{}', token)),
    ])[0]!.tool_calls
    expect(calls.map(({ extra_content: extra }: Body) => extra)).toEqual([{ google: { thought_signature: 's' } }, undefined, undefined])
  })
})
