import { expect, it } from 'vitest'
import type { CacheBreakpoint, Prompt } from '../../../src/core/prompt.ts'
import { messagesWire } from '../../../src/wires/messages/index.ts'
import { assistant, call, file, prompt, result, system, target, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

const marked = (content: string, cache: CacheBreakpoint = {}) => ({ type: 'text' as const, text: content, cache })

/** Every block of a body that is marked, in words. */
function marks(others: Partial<Prompt>, configured: Body = {}): string[] {
  const body = messagesWire.encode(prompt(others), target({ wire: 'messages', apiModel: 'claude-sonnet-4-5', form: { configured } })) as Body
  const blocks = [...(body.tools ?? []), ...(body.system ?? []), ...body.messages.flatMap(({ content }: Body) => content)] as Body[]
  return blocks
    .flatMap((block) => [...(Array.isArray(block.content) ? block.content : []), block])
    .filter((block) => block.cache_control)
    .map((block) => [block.name ?? block.text ?? block.tool_use_id ?? block.type, ...Object.values(block.cache_control)].join(' '))
}

it('opencode’s habit: the first two of the system’s, the last two messages', () => {
  const messages = [system('S1'), system('S2'), system('S3'), user('A'), assistant('B'), user('C', 'D')]
  expect(marks({ messages, tools: [tool('look')] })).toEqual(['S1 ephemeral', 'S2 ephemeral', 'B ephemeral', 'D ephemeral'])
  expect(marks({ messages: [user('A')] })).toEqual(['A ephemeral'])
  expect(marks({ messages: [user('A'), assistant(call('c1')), result('c1', 'B')] })).toEqual(['look ephemeral', 'c1 ephemeral'])
})

it('thinking cannot be marked', () => {
  const messages = [user('A'), assistant('B', thought('Hm', { kind: 'signature', value: 's' })), user('C')]
  expect(marks({ messages })).toEqual(['B ephemeral', 'C ephemeral'])
})

it('a client’s own breakpoints stand alone, wherever it put them', () => {
  expect(
    marks({
      tools: [tool('look'), tool('go', { cache: { ttl: '1h' } })],
      messages: [{ ...system('S1'), cache: {} }, user('A', marked('B', { ttl: '5m' })), assistant('C'), user('D')],
    }),
  ).toEqual(['go ephemeral 1h', 'S1 ephemeral', 'B ephemeral 5m'])
  const messages = [user('A'), assistant({ ...call('c1'), cache: {} }), { ...result('c1', marked('B')), cache: {} }, assistant(marked('C')), user('D')]
  expect(marks({ messages })).toEqual(['look ephemeral', 'B ephemeral', 'c1 ephemeral', 'C ephemeral'])
})

it.each<[string, Prompt['messages'], string]>([
  ['a result', [user('A'), assistant(call('c1')), { ...result('c1', 'B'), cache: {} }, user('C')], 'c1'],
  ['a text in a result', [user('A'), assistant(call('c1')), result('c1', marked('B')), user('C')], 'B'],
  ['a call', [user('A'), assistant({ ...call('c1'), cache: {} }), result('c1', 'B'), user('C')], 'look'],
  ['words of the model', [user('A'), assistant(marked('B')), user('C')], 'B'],
  ['a system message', [{ ...system('S'), cache: {} }, user('A')], 'S'],
  ['a file', [user({ ...file('image/png'), cache: {} }), assistant('B'), user('C')], 'image'],
])('one on %s is enough for that', (_, messages, expected) => {
  expect(marks({ messages })).toEqual([`${expected} ephemeral`])
})

it('of more than four the last count', () => {
  expect(marks({ messages: [user(...['A', 'B', 'C', 'D', 'E', 'F'].map((word) => marked(word)))] })).toEqual(
    ['C', 'D', 'E', 'F'].map((word) => `${word} ephemeral`),
  )
})

it('a configuration that leaves it to Anthropic has no others', () => {
  expect(marks({}, { cache_control: { type: 'ephemeral' } })).toEqual([])
})
