import { describe, expect, it } from 'vitest'
import type { Message, Token } from '../../src/core/prompt.ts'
import type { Envelope } from '../../src/plugin/contract.ts'
import { leadingSystem, toStoredMessages } from '../../src/plugin/messages.ts'
import { answered, result } from '../support/messages.ts'

const base = { id: 'msg_0', role: 'user', sessionID: 'ses_1', agent: 'bridge' }
const user: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }] }

function envelope(messages: Message[]): Envelope {
  return {
    id: '1',
    model: { providerID: 'vendor', modelID: 'family/model' },
    messages,
    tools: [],
    toolChoice: { type: 'auto' },
    output: { type: 'text' },
    parameters: {},
    retry: { maxRetries: 0, delay: 0, maxRetryAfter: 0 },
  }
}

const partsOf = (...messages: Message[]) =>
  toStoredMessages(envelope(messages), base).map(({ info, parts }) => [
    info.role,
    ...parts.map(({ id: _id, sessionID: _session, messageID: _message, ...part }) => part),
  ])

describe('a conversation in opencode’s stored form', () => {
  it('has the parts of an answer in their order, each call with its result', () => {
    const message: Message = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'tool-call', id: 'a', name: 'read', arguments: '{"path":"a"}' },
        { type: 'reasoning', text: 'So.' },
        { type: 'text', text: 'I read.' },
        { type: 'text', text: '' },
        { type: 'tool-call', id: 'b', name: 'read', arguments: '[broken' },
      ],
    }
    expect(partsOf(user, message, result('b', 'B'), result('a', 'A'), user)).toMatchObject([
      ['user', { type: 'text', text: 'Hi' }],
      [
        'assistant',
        { type: 'reasoning', text: 'Hm.' },
        { type: 'tool', callID: 'a', tool: 'read', state: { input: { path: 'a' }, output: 'A' } },
        { type: 'reasoning', text: 'So.' },
        { type: 'text', text: 'I read.' },
        { type: 'tool', callID: 'b', state: { input: { value: '[broken' }, output: 'B' } },
      ],
      ['user', { type: 'text', text: 'Hi' }],
    ])
  })

  it('has the results of an earlier turn that used the same id', () => {
    const call = answered('', { calls: [{ id: 'a', name: 'read', arguments: '{}' }] })
    expect(partsOf(call, result('a', 'one'), call, result('a', 'two'))).toMatchObject([
      ['assistant', { state: { output: 'one' } }],
      ['assistant', { state: { output: 'two' } }],
    ])
  })

  it('has files of results in a message of the user’s, and says what failed', () => {
    const call = answered('', { calls: [{ id: 'a', name: 'shot', arguments: '{}' }] })
    const shot: Message = { role: 'tool', toolCallId: 'a', content: [{ type: 'file', param: 'x', mediaType: 'image/png', data: 'AAAA' }], isError: true }
    expect(partsOf(call, shot)).toMatchObject([
      ['assistant', { state: { output: 'Error: [A file, in the next message.]' } }],
      ['user', { type: 'text', text: 'From the result of a:' }, { type: 'file', mime: 'image/png', url: 'data:image/png;base64,AAAA' }],
    ])
  })

  it('brings back what the same model gave with its parts, as opencode keeps it, and nothing else', () => {
    const token = (kind: Token['kind'], value: string, origin = 'vendor/family/model'): Token => ({ kind, value, origin })
    const metadata = { vendor: { signature: 'c2ln' } }
    const own = token('metadata', JSON.stringify(metadata))
    const message: Message = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: '', token: own },
        { type: 'reasoning', text: '', token: token('signature', 'c2ln') },
        { type: 'reasoning', text: '', token: token('signature', 'c2ln', 'vendor/other') },
        { type: 'reasoning', text: '', token: token('opaque', 'a') },
        { type: 'reasoning', text: 'Other', token: token('metadata', '{}', 'vendor/other') },
        { type: 'text', text: 'So.', token: { kind: 'metadata', value: '{}' } },
        { type: 'text', text: 'And.', token: own },
        { type: 'tool-call', id: 'a', name: 'read', arguments: '{}', token: own },
        { type: 'text', text: 'Broken', token: token('metadata', '{') },
        { type: 'text', text: 'None', token: token('metadata', '5') },
        { type: 'reasoning', text: 'More', token: token('opaque', 'b') },
      ],
    }
    const [[, ...parts]] = partsOf(message, result('a', '')) as [[string, ...Record<string, unknown>[]]]
    expect(parts.map(({ type, text, metadata: kept }) => [type, text, kept])).toEqual([
      ['reasoning', '', metadata],
      ['reasoning', '', { anthropic: { signature: 'c2ln' } }],
      ['reasoning', '', { copilot: { reasoningOpaque: 'ab' } }],
      ['reasoning', 'Other', undefined],
      ['text', 'So.', undefined],
      ['text', 'And.', metadata],
      ['tool', undefined, metadata],
      ['text', 'Broken', undefined],
      ['text', 'None', undefined],
      ['reasoning', 'More', undefined],
    ])
  })

  it('leaves out the system messages at its head', () => {
    const system = (content: string): Message => ({ role: 'system', content })
    const messages = [system('One.'), system('Two.'), user, system('Three.')]
    expect(leadingSystem(messages)).toEqual(['One.', 'Two.'])
    expect(partsOf(...messages)).toHaveLength(2)
  })
})
