import { describe, expect, it } from 'vitest'
import type { Token, TokenKind } from '../../src/core/prompt.ts'
import { chatCompletions } from '../../src/protocols/chat-completions/index.ts'
import { gemini } from '../../src/protocols/gemini/index.ts'
import { messages } from '../../src/protocols/messages/index.ts'
import type { Protocol } from '../../src/protocols/protocol.ts'
import { responses } from '../../src/protocols/responses/index.ts'
import { type TokenPlace, wrapToken, wrapTokens } from '../../src/protocols/token-envelope.ts'

/** A body that is passed on as it is goes to the model that is asked: with its own tokens as they were, without others'. */

const MODEL = 'vendor/model'
const OTHER = 'vendor/other'
/** Of tokens in their vendor's own fields, as far as it is known. */
const ORIGINS: Record<string, string> = { 'own+raw': MODEL, 'other+raw': OTHER }

const token = (kind: TokenKind, value: string, origin = MODEL): Token => ({ kind, value, origin })
const wrapped = (kind: TokenKind, value: string, origin = MODEL, place?: TokenPlace) => wrapToken(token(kind, value, origin), place)
const user = { role: 'user', content: 'Hi' }

function restored(protocol: Protocol, body: Record<string, unknown>): Record<string, unknown> {
  const before = structuredClone(body)
  const changes = protocol.restoreTokens!(body, { model: MODEL, originOf: (name) => ORIGINS[name] })
  expect(body).toEqual(before)
  return changes
}

describe('Messages', () => {
  const thinking = (signature: string, text = 'Hm.') => ({ type: 'thinking', thinking: text, signature })
  const redacted = (data: string) => ({ type: 'redacted_thinking', data })
  const text = { type: 'text', text: 'So.', cache_control: { type: 'ephemeral' } }

  it('passes what is the vendor’s own', () => {
    const body = {
      messages: [user, { role: 'assistant', content: [thinking('EqQB'), redacted('EmwK'), text] }, { role: 'user', content: [{ type: 'new', signature: '' }] }],
    }
    expect(restored(messages, body)).toEqual({})
  })

  it('restores what the same model made, and leaves out others’', () => {
    const content = [
      thinking(wrapped('signature', 'c2ln', MODEL, { part: 'reasoning', text: 'Hidden.' }), ''),
      thinking(wrapped('signature', 'c2ln', OTHER)),
      thinking(wrapped('thought-signature', 'Zm9v'), ''),
      thinking(''),
      thinking(`${wrapped('signature', 'c2ln')}AAAA`),
      redacted(wrapped('redacted', 'cmVk')),
      redacted(wrapped('redacted', 'cmVk', OTHER)),
      text,
    ]
    expect(restored(messages, { messages: [user, { role: 'assistant', content }], system: 'S' })).toEqual({
      messages: [user, { role: 'assistant', content: [thinking('c2ln', 'Hidden.'), redacted('cmVk'), text] }],
    })
  })

  it('leaves out a message that nothing is left of', () => {
    expect(restored(messages, { messages: [user, { role: 'assistant', content: [thinking('')] }, user] })).toEqual({ messages: [user, user] })
  })
})

describe('Chat Completions', () => {
  const detail = { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 }
  const said = (reasoning_details: unknown) => ({ role: 'assistant', content: 'So.', reasoning_content: 'Hm.', reasoning_details })

  it('passes what is the vendor’s own', () => {
    expect(restored(chatCompletions, { messages: [user, said([detail]), said(null), said([{ type: 'reasoning.text', text: 'Hm.', index: 0 }])] })).toEqual({})
  })

  it('restores the list that the same model made, and leaves out others’', () => {
    const list = [detail, { type: 'reasoning.encrypted', data: 'x', index: 1 }]
    const own = { type: 'reasoning.text', text: '', signature: wrapped('details', JSON.stringify(list)), index: 0 }
    const foreign = [
      { type: 'reasoning.text', text: 'Hm.', index: 0 },
      { type: 'reasoning.encrypted', data: wrapped('redacted', 'cmVk'), index: 1 },
    ]
    const { reasoning_details: _none, ...bare } = said([])
    expect(restored(chatCompletions, { messages: [said([own]), said(foreign)] })).toEqual({ messages: [said(list), bare] })
  })
})

describe('Responses', () => {
  const item = (encrypted_content?: string) => ({
    type: 'reasoning',
    id: 'rs_ours',
    summary: [],
    ...(encrypted_content !== undefined && { encrypted_content }),
  })
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }

  it('passes what is the vendor’s own', () => {
    expect(restored(responses, { input: [user, item('gAAA'), item(), call] })).toEqual({})
    expect(restored(responses, { input: 'Hi' })).toEqual({})
  })

  it('restores what the same model made, under its id, and leaves out others’', () => {
    const own = wrapToken({ ...token('encrypted', 'gAAA'), id: 'rs_theirs' })
    const stored = wrapToken({ ...token('encrypted', ''), id: 'rs_stored' })
    const input = [
      item(own),
      item(stored),
      item(wrapped('encrypted', 'gBBB', OTHER)),
      item(wrapped('thought-signature', 'Zm9v', MODEL, { part: 'tool-call', id: 'c' })),
      call,
    ]
    expect(restored(responses, { input })).toEqual({ input: [{ ...item('gAAA'), id: 'rs_theirs' }, { ...item(), id: 'rs_stored' }, call] })
  })
})

describe('Gemini', () => {
  const call = (thoughtSignature?: string) => ({ functionCall: { name: 'f', args: {} }, ...(thoughtSignature !== undefined && { thoughtSignature }) })

  it('passes what is the vendor’s own', () => {
    expect(restored(gemini, { contents: [{ role: 'model', parts: [{ text: 'a', thoughtSignature: 'Zm9v' }, call('Zm9v'), call()] }] })).toEqual({})
  })

  it('restores what the same model made, and leaves out others’', () => {
    const bundle = wrapTokens([
      { token: token('signature', 'c2ln', OTHER), place: { part: 'reasoning', text: 'Hm.' } },
      { token: token('thought-signature', 'Zm9v'), place: { part: 'tool-call', id: 'c' } },
    ])
    const foreign = wrapped('signature', 'c2ln', OTHER)
    const parts = [
      call(bundle),
      call(foreign),
      { text: 'a', thoughtSignature: foreign },
      { text: '', thoughtSignature: foreign },
      { text: '', thought_signature: foreign },
      call(),
    ]
    expect(
      restored(gemini, {
        contents: [
          { role: 'model', parts },
          { role: 'model', parts: [parts[3]] },
        ],
      }),
    ).toEqual({
      contents: [{ role: 'model', parts: [call('Zm9v'), call('skip_thought_signature_validator'), { text: 'a' }, call()] }],
    })
  })
})

describe('a token in its vendor’s own field that is known to be another model’s', () => {
  const thinking = (signature: string) => ({ type: 'thinking', thinking: 'Hm.', signature })
  const use = { type: 'tool_use', id: 'c', name: 'f', input: {} }
  const call = (more: object = {}) => ({ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' }, ...more })
  const google = (thought_signature: string) => ({ extra_content: { google: { thought_signature } } })
  const item = (more: object) => ({ type: 'reasoning', summary: [], ...more })

  it.each<[string, Protocol, (name: string) => Record<string, unknown>, Record<string, unknown>]>([
    [
      'Messages',
      messages,
      (name) => ({ messages: [user, { role: 'assistant', content: [thinking(name), { type: 'redacted_thinking', data: name }, use] }] }),
      { messages: [user, { role: 'assistant', content: [use] }] },
    ],
    [
      'Chat Completions',
      chatCompletions,
      (name) => ({ messages: [{ role: 'assistant', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: name }] }] }),
      { messages: [{ role: 'assistant' }] },
    ],
    [
      'Copilot',
      chatCompletions,
      (name) => ({ messages: [{ role: 'assistant', reasoning_text: 'Hm.', reasoning_opaque: name }] }),
      { messages: [{ role: 'assistant' }] },
    ],
    [
      'Google’s Chat Completions',
      chatCompletions,
      (name) => ({ messages: [{ role: 'assistant', tool_calls: [call(google(name))] }] }),
      { messages: [{ role: 'assistant', tool_calls: [call()] }] },
    ],
    [
      'Gemini',
      gemini,
      (name) => ({ contents: [{ role: 'model', parts: [{ text: 'a', thoughtSignature: name }] }] }),
      { contents: [{ role: 'model', parts: [{ text: 'a' }] }] },
    ],
    ['Responses', responses, (name) => ({ input: [user, item({ id: 'rs', encrypted_content: name })] }), { input: [user] }],
    ['Responses, by its id', responses, (name) => ({ input: [user, item({ id: name })] }), { input: [user] }],
  ])('is left out: %s', (_format, protocol, body, changed) => {
    expect(restored(protocol, body('other+raw'))).toEqual(changed)
    expect(restored(protocol, body('own+raw'))).toEqual({})
    expect(restored(protocol, body('of unknown origin'))).toEqual({})
  })

  it('is no id where nothing is stored and nobody knows it', () => {
    const open = item({ id: 'rs_open', content: [{ type: 'reasoning_text', text: 'Hm.' }] })
    const body = { store: false, input: [user, item({ id: 'unknown' }), item({ id: 'own+raw' }), open] }
    expect(restored(responses, body)).toEqual({ input: [user, item({ id: 'own+raw' }), open] })
  })
})

describe('what opencode kept of a session of its own', () => {
  const kept = (vendor: string, fields: object) => wrapped('metadata', JSON.stringify({ [vendor]: fields }))
  const list = [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', index: 0 }]
  const inWhole = kept('openrouter', { reasoning_details: list })

  it.each<[string, Protocol, Record<string, unknown>, Record<string, unknown>]>([
    [
      'Messages',
      messages,
      {
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.', signature: kept('anthropic', { signature: 'c2ln' }) },
              { type: 'thinking', thinking: '', signature: kept('anthropic', { redactedData: 'cmVk' }) },
            ],
          },
        ],
      },
      {
        messages: [
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
              { type: 'redacted_thinking', data: 'cmVk' },
            ],
          },
        ],
      },
    ],
    [
      'Responses',
      responses,
      { input: [{ type: 'reasoning', id: 'rs_ours', summary: [], encrypted_content: kept('openai', { itemId: 'rs_1', reasoningEncryptedContent: 'x' }) }] },
      { input: [{ type: 'reasoning', id: 'rs_ours', summary: [], encrypted_content: 'x' }] },
    ],
    [
      'Gemini',
      gemini,
      { contents: [{ role: 'model', parts: [{ functionCall: { name: 'a', args: {} }, thoughtSignature: kept('google', { thoughtSignature: 'c2ln' }) }] }] },
      { contents: [{ role: 'model', parts: [{ functionCall: { name: 'a', args: {} }, thoughtSignature: 'c2ln' }] }] },
    ],
    [
      'Chat Completions, the whole list once',
      chatCompletions,
      {
        messages: [
          {
            role: 'assistant',
            content: null,
            reasoning_details: [
              { type: 'reasoning.text', text: 'Hm.', index: 0 },
              { type: 'reasoning.text', signature: inWhole, index: 0 },
              { type: 'reasoning.encrypted', data: inWhole, index: 1 },
            ],
          },
        ],
      },
      { messages: [{ role: 'assistant', content: null, reasoning_details: list }] },
    ],
  ])('is the vendor’s in %s', (_format, protocol, body, expected) => {
    expect(restored(protocol, body)).toEqual(expected)
  })
})
