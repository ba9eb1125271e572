import { expect, it } from 'vitest'
import type { CallForm } from '../../../src/core/call.ts'
import type { CacheBreakpoint, Prompt } from '../../../src/core/prompt.ts'
import { chatWire } from '../../../src/wires/chat/index.ts'
import { assistant, call, file, prompt, result, system, target, text, user } from '../prompts.ts'

type Json = Record<string, any>

const OPENROUTER = { npm: '@openrouter/ai-sdk-provider' }
const COPILOT = { npm: '@ai-sdk/github-copilot' }
const ephemeral = { type: 'ephemeral' }

function messagesOf(messages: Prompt['messages'], form: Partial<CallForm> = OPENROUTER, apiModel = 'anthropic/claude-sonnet-4.5'): Json[] {
  return (chatWire.encode(prompt({ messages }), target({ wire: 'chat', apiModel, form })) as Json).messages
}

/** The messages that are marked, by what they say, and how. */
function marks(messages: Json[]): [unknown, Json][] {
  return messages.flatMap(({ role, content, ...message }) => {
    const holder = Array.isArray(content) ? content.at(-1) : message
    const mark = holder.cache_control ?? holder.copilot_cache_control
    return mark ? [[Array.isArray(content) ? (holder.text ?? holder.type) : (content ?? role), mark] as [unknown, Json]] : []
  })
}

const marked = (content: string, cache: CacheBreakpoint = {}) => ({ ...text(content), cache })
const conversation = [system('S1'), system('S2'), system('S3'), user('A'), assistant('B'), user('C')]

it.each([
  ['OpenRouter', OPENROUTER],
  ['Copilot', COPILOT],
  ['a server of its own', {}],
])('opencode’s habit, at %s: the first two of the system’s, the last two others', (_, form) => {
  expect(marks(messagesOf(conversation, form))).toEqual(['S1', 'S2', 'B', 'C'].map((said) => [said, ephemeral]))
})

it('has each provider’s form', () => {
  const messages = [system('S'), user('A', file('image/png')), assistant(call('c1')), result('c1', 'B'), user('C')]
  const [first, , , , last] = messagesOf(messages)
  expect(first).toEqual({ role: 'system', content: [{ ...text('S'), cache_control: ephemeral }] })
  expect(last).toEqual({ role: 'user', content: [{ ...text('C'), cache_control: ephemeral }] })
  expect(messagesOf(messages)[3]).toEqual({ role: 'tool', tool_call_id: 'c1', content: 'B', cache_control: ephemeral })
  expect(messagesOf(messages, COPILOT)[0]).toEqual({ role: 'system', content: 'S', copilot_cache_control: ephemeral })
  expect(messagesOf(messages.slice(0, 3), COPILOT)[1]!.content).toEqual([
    text('A'),
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' }, copilot_cache_control: ephemeral },
  ])
})

it('a client’s own breakpoints stand alone', () => {
  const messages = [
    { ...system('S1'), cache: {} },
    system('S2'),
    user('A', marked('B', { ttl: '1h' })),
    assistant(marked('C')),
    { ...result('c1', 'D'), cache: {} },
    user('E'),
  ]
  expect(marks(messagesOf(messages))).toEqual([
    ['S1', ephemeral],
    ['B', { type: 'ephemeral', ttl: '1h' }],
    ['C', ephemeral],
    ['D', ephemeral],
  ])
})

it('of more than four the last count', () => {
  expect(marks(messagesOf(['A', 'B', 'C', 'D', 'E'].map((said) => user(marked(said))))).map(([said]) => said)).toEqual(['B', 'C', 'D', 'E'])
})

it('an empty message cannot be marked', () => {
  expect(marks(messagesOf([user('A'), assistant('')]))).toEqual([['A', ephemeral]])
})

it.each<[string, Partial<CallForm>, string]>([
  ['another vendor’s model', OPENROUTER, 'openai/gpt-5'],
  ['OpenAI', { npm: '@ai-sdk/openai' }, 'claude'],
  ['Mistral', { npm: '@ai-sdk/mistral' }, 'claude'],
])('nothing is marked for %s', (_, form, apiModel) => {
  expect(marks(messagesOf([...conversation, user(marked('D'))], form, apiModel))).toEqual([])
})
