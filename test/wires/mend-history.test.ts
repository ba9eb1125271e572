import { describe, expect, it } from 'vitest'
import type { AssistantMessage, Message, Prompt, Token } from '../../src/core/prompt.ts'
import { wireFormats } from '../../src/wires/index.ts'
import { assistant, call, prompt, result, target, type TargetOptions, text, thought, user } from './prompts.ts'

/** What of a client's own body changes for its history: what it left out of its answers and is remembered, or what stands for that. */

type Body = Record<string, any>

const token = (kind: Token['kind'], value: string, more: Partial<Token> = {}): Token => ({ kind, value, origin: 'p/m', ...more })
const remembered = (...parts: Parameters<typeof assistant>): AssistantMessage => ({ ...assistant(...parts), thoughts: 'remembered' })
const lost = (...parts: Parameters<typeof assistant>): AssistantMessage => ({ ...assistant(...parts), thoughts: 'lost' })
const foreign = (kind: Token['kind'], value: string): Token => token(kind, value, { origin: 'p/other' })

/** @param messages what is remembered of the body's; undefined where nobody but the provider understands it */
function mend(body: Body, messages: Message[] | undefined, options: TargetOptions, parameters: Prompt['parameters'] = {}) {
  const before = structuredClone(body)
  const mended = wireFormats[options.wire].mendHistory(body, messages && prompt({ messages, parameters }), target(options))
  expect(body).toEqual(before)
  return mended
}

describe('Messages', () => {
  const claude: TargetOptions = { wire: 'messages', apiModel: 'claude-sonnet-4-5' }
  const use = (id: string) => ({ type: 'tool_use', id, name: 'look', input: { at: 1 } })
  const results = (...ids: string[]) => ({ role: 'user', content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'R' })) })
  const go = { role: 'user', content: 'Go' }
  const thinking = { type: 'enabled', budget_tokens: 2000 }
  const parts = [thought('A', token('signature', 's1')), text('So.'), call('c1'), thought('', token('redacted', 'd2')), call('c2')]

  it('has the thinking where the answer had it', () => {
    const marked = { ...use('c1'), cache_control: { type: 'ephemeral' } }
    const body = { thinking, messages: [go, { role: 'assistant', content: [text('So.'), marked, use('c2'), { type: 'new' }] }, results('c1', 'c2')] }
    expect(mend(body, [user('Go'), remembered(...parts), result('c1', 'R'), result('c2', 'R')], claude)).toEqual({
      changes: {
        messages: [
          go,
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'A', signature: 's1' },
              text('So.'),
              marked,
              { type: 'redacted_thinking', data: 'd2' },
              use('c2'),
              { type: 'new' },
            ],
          },
          results('c1', 'c2'),
        ],
      },
      ignored: [],
    })
  })

  it('has the whole of what the client sent in part', () => {
    const body = {
      messages: [
        go,
        { role: 'assistant', content: [{ type: 'thinking', thinking: '', signature: 's1' }, text('So.'), use('c1'), use('c2')] },
        results('c1', 'c2'),
      ],
    }
    expect((mend(body, [user('Go'), remembered(...parts), result('c1', 'R'), result('c2', 'R')], claude).changes as Body).messages[1].content).toEqual([
      { type: 'thinking', thinking: 'A', signature: 's1' },
      text('So.'),
      use('c1'),
      { type: 'redacted_thinking', data: 'd2' },
      use('c2'),
    ])
  })

  it('changes nothing where nothing is missing', () => {
    const content = [{ type: 'thinking', thinking: 'A', signature: 's1' }, text('So.'), use('c1'), { type: 'redacted_thinking', data: 'd2' }, use('c2')]
    const body = { thinking, messages: [go, { role: 'assistant', content }, results('c1', 'c2')] }
    expect(mend(body, [user('Go'), assistant(...parts), result('c1', 'R'), result('c2', 'R')], claude)).toEqual({ changes: {}, ignored: [] })
    expect(mend(body, undefined, claude)).toEqual({ changes: {}, ignored: [] })
    expect(mend({ thinking, messages: [go] }, [user('Go')], claude)).toEqual({ changes: {}, ignored: [] })
  })

  it('crosses no calls', () => {
    const body = { messages: [go, { role: 'assistant', content: [use('other'), use('c2')] }, results('other', 'c2')] }
    expect(mend(body, [user('Go'), remembered(...parts), result('c1', 'R'), result('c2', 'R')], claude).changes).toEqual({})
  })

  it.each<[string, Body, Message, string[]]>([
    ['lost', { thinking }, assistant(call('c1')), ['thinking']],
    ['another model’s', { thinking }, assistant(thought('A', foreign('signature', 's')), call('c1')), ['thinking']],
    ['lost, of a model that thinks as it finds right', { thinking: { type: 'adaptive' } }, lost(call('c1')), ['thinking']],
    ['none, of a model that thinks as it finds right', { thinking: { type: 'adaptive' } }, assistant(call('c1')), []],
    ['not wanted', { thinking: { type: 'disabled' } }, assistant(call('c1')), []],
    ['not wanted', {}, assistant(call('c1')), []],
  ])('is asked without thinking in a turn whose thinking is %s', (_why, wish, answer, ignored) => {
    const body = { ...wish, messages: [go, { role: 'assistant', content: [use('c1')] }, results('c1')] }
    expect(mend(body, [user('Go'), answer, result('c1', 'R')], claude)).toEqual({ changes: ignored.length > 0 ? { thinking: undefined } : {}, ignored })
  })

  it('is asked without it where the first step is lost though later ones are not', () => {
    const body = {
      thinking,
      messages: [
        go,
        { role: 'assistant', content: [use('c1')] },
        results('c1'),
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'A', signature: 's1' }, use('c2')] },
        results('c2'),
      ],
    }
    const steps = [user('Go'), lost(call('c1')), result('c1', 'R'), assistant(thought('A', token('signature', 's1')), call('c2')), result('c2', 'R')]
    expect(mend(body, steps, claude).ignored).toEqual(['thinking'])
    expect(mend(body, [user('Before'), ...steps.slice(1, 3), assistant('So.'), user('Go'), ...steps.slice(3)], claude).ignored).toEqual([])
  })

  it('clears no thinking where there is none', () => {
    const edits = [{ type: 'clear_thinking_20251015', keep: 'all' }, { type: 'clear_tool_uses_20250919' }]
    const body = (context_management: object) => ({ thinking, context_management, messages: [go, { role: 'assistant', content: [use('c1')] }, results('c1')] })
    const changes = (management: object) => mend(body(management), [user('Go'), assistant(call('c1')), result('c1', 'R')], claude).changes
    expect(changes({ edits })).toEqual({ thinking: undefined, context_management: { edits: [edits[1]] } })
    expect(changes({ edits: edits.slice(0, 1) })).toEqual({ thinking: undefined, context_management: undefined })
    expect(changes({ edits: edits.slice(1) })).toEqual({ thinking: undefined })
  })

  it('leaves words for the model to go on with to the client', () => {
    const body = { thinking, messages: [go, { role: 'assistant', content: 'So' }] }
    expect(mend(body, [user('Go'), assistant('So')], claude)).toEqual({ changes: {}, ignored: [] })
  })
})

describe('Gemini', () => {
  const gemini: TargetOptions = { wire: 'gemini', apiModel: 'gemini-3-pro' }
  const called = (name: string, thoughtSignature?: string) => ({ functionCall: { name, args: { at: 1 } }, ...(thoughtSignature && { thoughtSignature }) })
  const response = (...names: string[]) => ({ role: 'user', parts: names.map((name) => ({ functionResponse: { name, response: {} } })) })
  const go = { parts: [text('Go')] }
  const model = (...parts: object[]) => ({ role: 'model', parts })
  const skip = 'skip_thought_signature_validator'
  const named = (name: string, sign?: Token) => call(`made ${name}`, name, '{"at":1}', sign)
  const unnamed = (name: string, sign?: Token) => ({ ...named(name, sign), unnamed: true })

  it('has the signatures where the answer had them', () => {
    const body = { contents: [go, model(text('Let me look.'), called('a'), called('b')), response('a', 'b')] }
    const answer = remembered(
      thought('Hm'),
      { ...text('Let me look.'), token: token('thought-signature', 's0') },
      unnamed('a', token('thought-signature', 's1')),
      unnamed('b'),
    )
    expect(mend(body, [user('Go'), answer, result('made a', 'R'), result('made b', 'R')], gemini)).toEqual({
      changes: { contents: [go, model({ ...text('Let me look.'), thoughtSignature: 's0' }, called('a', 's1'), called('b')), response('a', 'b')] },
      ignored: [],
    })
  })

  it('has those of what the client left out altogether', () => {
    const body = {
      contents: [
        go,
        { role: 'model', parts: [{ function_call: { name: 'a', args: { at: 1 } } }] },
        { parts: [{ function_response: { name: 'a', response: {} } }] },
      ],
    }
    const answer = remembered(
      thought('Hm', token('thought-signature', 's0')),
      { ...text(''), token: token('thought-signature', 's1') },
      unnamed('a', token('thought-signature', 's2')),
    )
    expect((mend(body, [user('Go'), answer, result('made a', 'R')], gemini).changes as Body).contents[1].parts).toEqual([
      { text: 'Hm', thought: true, thoughtSignature: 's0' },
      { text: '', thoughtSignature: 's1' },
      { function_call: { name: 'a', args: { at: 1 } }, thought_signature: 's2' },
    ])
  })

  it('says so where there are none, in each step of the current turn', () => {
    const body = {
      contents: [
        go,
        model(called('a'), called('b')),
        response('a', 'b'),
        model(text('So.')),
        { role: 'user', ...go },
        model(text('Hm'), called('c'), called('d')),
        response('c', 'd'),
        model(called('e', 's')),
        response('e'),
      ],
    }
    const excused = [
      go,
      model(called('a'), called('b')),
      response('a', 'b'),
      model(text('So.')),
      { role: 'user', ...go },
      model(text('Hm'), called('c', skip), called('d')),
      response('c', 'd'),
      model(called('e', 's')),
      response('e'),
    ]
    expect(mend(body, undefined, gemini)).toEqual({ changes: { contents: excused }, ignored: [] })
    expect(mend(body, undefined, { ...gemini, apiModel: 'gemini-2.5-pro' }).changes).toEqual({})
  })

  it('crosses no calls', () => {
    const body = { contents: [go, model({ functionCall: { id: 'x', name: 'a', args: {} } }), response('a')] }
    const parts = (mend(body, [user('Go'), remembered(named('a', token('thought-signature', 's'))), result('made a', 'R')], gemini).changes as Body).contents[1]
      .parts
    expect(parts[0].thoughtSignature).toBe(skip)
    const others = [user('Go'), remembered(unnamed('a', foreign('thought-signature', 's'))), result('made a', 'R')]
    expect((mend({ contents: [go, model(called('a')), response('a')] }, others, gemini).changes as Body).contents[1]).toEqual(model(called('a', skip)))
  })
})

describe('Responses', () => {
  const gpt: TargetOptions = { wire: 'responses', apiModel: 'gpt-5.4' }
  const go = { role: 'user', content: 'Go' }
  const called = (id: string, more: object = {}) => ({ type: 'function_call', call_id: id, name: 'look', arguments: '{"at":1}', ...more })
  const output = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'R' })
  const said = (more: object = {}) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'So.' }], ...more })
  const parts = [
    thought('A', token('encrypted', 'e1', { id: 'rs_1' })),
    text('So.'),
    call('c1'),
    thought('', token('encrypted', 'e2', { id: 'rs_2' })),
    call('c2'),
  ]
  const messages = [user('Go'), remembered(...parts), result('c1', 'R'), result('c2', 'R')]

  it('has the reasoning before what it led to, with their ids', () => {
    const body = { input: [go, said({ id: 'msg_1' }), called('c1', { id: 'fc_1' }), called('c2', { id: 'fc_2' }), output('c1'), output('c2')] }
    const reasoning = (id: string, encrypted_content: string, summary: object[] = []) => ({ type: 'reasoning', id, summary, encrypted_content })
    expect(mend(body, messages, gpt)).toEqual({
      changes: {
        input: [
          go,
          reasoning('rs_1', 'e1', [{ type: 'summary_text', text: 'A' }]),
          said({ id: 'msg_1' }),
          called('c1', { id: 'fc_1' }),
          reasoning('rs_2', 'e2'),
          called('c2', { id: 'fc_2' }),
          output('c1'),
          output('c2'),
        ],
      },
      ignored: [],
    })
  })

  it('has no ids without the reasoning that they demand', () => {
    const body = {
      input: [
        go,
        said({ id: 'msg_1' }),
        called('c1', { id: 'fc_1' }),
        output('c1'),
        { type: 'reasoning', id: 'rs_2', encrypted_content: 'e', summary: [] },
        called('c2', { id: 'fc_2' }),
        output('c2'),
      ],
    }
    const bare = [go, said(), called('c1'), output('c1'), ...body.input.slice(4)]
    expect(mend(body, undefined, gpt)).toEqual({ changes: { input: bare }, ignored: [] })
    expect(mend(body, undefined, { ...gpt, model: { reasoning: false } }).changes).toEqual({})
    expect(mend({ input: 'Go' }, [user('Go')], gpt)).toEqual({ changes: {}, ignored: [] })
  })

  it('crosses no calls', () => {
    const body = { input: [go, called('other'), called('c2'), output('other'), output('c2')] }
    expect(mend(body, messages, gpt).changes).toEqual({})
  })
})

describe('Chat Completions', () => {
  const npm = '@ai-sdk/openai-compatible'
  const go = { role: 'user', content: 'Go' }
  const calls = [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }]
  const said = (more: object = {}) => ({ role: 'assistant', content: null, tool_calls: calls, ...more })
  const after = { role: 'tool', tool_call_id: 'c1', content: 'R' }
  const body = (message: object, more: object = {}) => ({ ...more, messages: [go, message, after] })
  const with_ = (...parts: Parameters<typeof assistant>) => [user('Go'), assistant(...parts), result('c1', 'R')]
  const changed = (message: object, messages: Message[] | undefined, options: Partial<TargetOptions>) => {
    const { changes } = mend(body(message), messages, { wire: 'chat', ...options })
    return changes.messages ? (changes as Body).messages[1] : undefined
  }
  const list = [{ type: 'reasoning.text', text: 'A', signature: 's', index: 0 }]
  const details = token('details', JSON.stringify(list))
  const deepseek = { apiModel: 'deepseek-v4', form: { npm } }
  const openrouter = {
    apiModel: 'anthropic/claude-sonnet-4.5',
    form: { npm: '@openrouter/ai-sdk-provider', url: 'https://openrouter.ai/api/v1/chat/completions' },
  }
  const copilot = { apiModel: 'claude-opus-4.8', form: { npm: '@ai-sdk/github-copilot' } }

  it('has calls in words that Gemini 3, behind Copilot, did not sign', () => {
    const gemini: TargetOptions = { wire: 'chat', apiModel: 'gemini-3-pro', form: { npm: '@ai-sdk/github-copilot' } }
    const messages = [...body(said({ content: 'So.' })).messages, { role: 'user', content: 'And?' }]
    const prompted = [...with_(call('c1')), user('And?')]
    // What was said after the results of a step is no turn of its own.
    expect((mend({ messages }, prompted, gemini).changes as Body).messages).toEqual([
      messages[0],
      { role: 'user', content: expect.stringContaining('look was called with {"at":1} and gave:\nR') },
      messages.at(-1),
    ])
    expect(mend({ messages }, with_(thought('', token('opaque', 'o')), call('c1')).concat(user('And?')), gemini).changes).toMatchObject({
      messages: [{}, { reasoning_opaque: 'o' }, {}, {}],
    })
  })

  it.each<[string, object, Message[], Partial<TargetOptions>, object | undefined]>([
    ['the list of OpenRouter', said(), with_(thought('A', details), call('c1')), openrouter, { reasoning_details: list }],
    [
      'the list of OpenRouter, in the place of its texts',
      said({ reasoning_details: [{ type: 'reasoning.text', text: 'A' }] }),
      with_(thought('A', details), call('c1')),
      openrouter,
      { reasoning_details: list },
    ],
    [
      'Copilot’s token with its text',
      said({ reasoning_text: 'cut' }),
      with_(thought('A', token('opaque', 'o')), call('c1')),
      copilot,
      { reasoning_text: 'A', reasoning_opaque: 'o' },
    ],
    ['the text of DeepSeek', said(), with_(thought('A'), call('c1')), deepseek, { reasoning_content: 'A' }],
    [
      'the text of DeepSeek, from another field',
      said({ reasoning: 'A' }),
      with_(thought('A'), call('c1')),
      deepseek,
      { reasoning: 'A', reasoning_content: 'A' },
    ],
    ['an empty one where it is lost', said(), with_(call('c1')), deepseek, { reasoning_content: '' }],
    [
      'Google’s signature of a call',
      said(),
      with_(call('c1', 'look', '{}', token('thought-signature', 's'))),
      { apiModel: 'gemini-3-pro', form: { npm, url: 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions' } },
      { tool_calls: [{ ...calls[0], extra_content: { google: { thought_signature: 's' } } }] },
    ],
    [
      'all of what the client kept a piece of',
      said({ reasoning_content: 'piece' }),
      [user('Go'), remembered(thought('A'), call('c1')), result('c1', 'R')],
      deepseek,
      { reasoning_content: 'A' },
    ],
    [
      'all of what the client kept a piece of',
      said({ reasoning_details: [{ type: 'reasoning.text', text: '', signature: 's' }] }),
      [user('Go'), remembered(thought('A', details), call('c1')), result('c1', 'R')],
      openrouter,
      { reasoning_details: list },
    ],
    ['nothing of another model’s', said(), with_(thought('A', foreign('details', JSON.stringify(list))), call('c1')), openrouter, undefined],
    ['nothing that is there', said({ reasoning_details: list }), with_(thought('A', details), call('c1')), openrouter, undefined],
    ['nothing that is there', said({ reasoning_text: 'A', reasoning_opaque: 'o' }), with_(thought('A', token('opaque', 'o')), call('c1')), copilot, undefined],
    ['nothing that is there', said({ reasoning_content: '' }), with_(call('c1')), deepseek, undefined],
    [
      'nothing that is there',
      said({ reasoning: 'A' }),
      with_(thought('A'), call('c1')),
      { apiModel: 'any', form: { npm }, model: { reasoning: false } },
      undefined,
    ],
  ])('has %s', (_what, message, messages, options, expected) => {
    expect(changed(message, messages, options)).toEqual(expected && { ...message, ...expected })
  })

  it('has no thoughts of another model where this one does not think', () => {
    const message = said({ reasoning_content: 'A', reasoning: 'A' })
    const messages = (origin: string): Message[] => [user('Go'), { ...assistant(thought('A'), call('c1')), origin }, result('c1', 'R')]
    const plain = { apiModel: 'any', form: { npm }, model: { reasoning: false } }
    expect(changed(message, messages('p/other'), plain)).toEqual(said())
    expect(changed(message, messages('p/m'), plain)).toBeUndefined()
    expect(changed(message, messages('p/other'), deepseek)).toBeUndefined()
  })

  it('is asked without reasoning where Claude behind OpenRouter has lost it', () => {
    const asked = { ...body(said()), reasoning: { effort: 'high' } }
    const to: TargetOptions = { wire: 'chat', ...openrouter }
    expect(mend(asked, with_(call('c1')), to, { reasoningEffort: 'high' })).toEqual({ changes: { reasoning: { enabled: false } }, ignored: ['reasoning'] })
    expect(mend(asked, with_(thought('A', details), call('c1')), to, { reasoningEffort: 'high' })).toMatchObject({
      changes: { messages: [go, said({ reasoning_details: list }), after] },
      ignored: [],
    })
    const byEffort = { ...body(said()), reasoning_effort: 'high' }
    expect(mend(byEffort, with_(call('c1')), to, { reasoningEffort: 'high' })).toEqual({
      changes: { reasoning_effort: undefined, reasoning: { enabled: false } },
      ignored: ['reasoning_effort'],
    })
  })

  it('has Google’s word where Gemini behind OpenRouter has lost it', () => {
    const to = { ...openrouter, apiModel: 'google/gemini-3-pro' }
    expect(changed(said(), with_(call('c1')), to)).toMatchObject({ reasoning_details: [{ data: 'skip_thought_signature_validator', id: 'c1' }] })
  })
})
