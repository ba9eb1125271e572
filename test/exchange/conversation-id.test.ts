import { expect, test } from 'vitest'
import { conversationId } from '../../src/exchange/conversation-id.ts'

const none = new Headers()
const user = (content: string) => ({ role: 'user', content })
const turn = (...more: object[]) => ({ messages: [{ role: 'system', content: 's' }, user('one'), ...more] })

test('it has the form of opencode’s', () => {
  expect(conversationId('a', none, turn())).toMatch(/^ses_[0-9A-Za-z]{26}$/)
})

test('it is the same for every turn of a conversation', () => {
  const first = conversationId('a', none, turn())
  expect(conversationId('a', none, turn({ role: 'assistant', content: 'x' }, user('two')))).toBe(first)
})

test.each<[string, string, Headers, Record<string, unknown>]>([
  ['another caller', 'b', none, turn()],
  ['another beginning', 'a', none, { messages: [{ role: 'system', content: 's' }, user('two')] }],
  ['another system prompt', 'a', none, { messages: [{ role: 'system', content: 't' }, user('one')] }],
  ['another name in a header', 'a', new Headers({ session_id: '2' }), turn()],
  ['another key of the cache', 'a', none, { ...turn(), prompt_cache_key: 'k' }],
  ['another long text', 'a', none, { messages: [{ role: 'system', content: 's' }, user(`${'x'.repeat(99_999)}y`)] }],
  ['another session of Claude Code', 'a', none, { ...turn(), metadata: { user_id: 'user_x_session_y' } }],
])('it differs for %s', (_name, caller, headers, body) => {
  expect(conversationId(caller, headers, body)).not.toBe(conversationId('a', none, turn()))
})

test('a name counts more than what is said', () => {
  const named = new Headers({ 'x-bridge-session': 'mine' })
  expect(conversationId('a', named, turn())).toBe(conversationId('a', named, { input: 'else' }))
})
