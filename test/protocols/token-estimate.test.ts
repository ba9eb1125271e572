import { expect, it } from 'vitest'
import type { DraftPart, DraftPrompt } from '../../src/protocols/draft-prompt.ts'
import { estimateTokens } from '../../src/protocols/token-estimate.ts'
import { growthOf, LINEAR } from '../support/growth.ts'
import { answered, result } from '../support/messages.ts'

function prompt(fields: Partial<DraftPrompt>): DraftPrompt {
  return { model: 'a/b', messages: [], tools: [], toolChoice: { type: 'auto' }, output: { type: 'text' }, parameters: {}, ...fields }
}

const said = (...content: DraftPart[]): DraftPrompt => prompt({ messages: [{ role: 'user', content }] })
const text = (value: string): DraftPart => ({ type: 'text', text: value })
const file = (mediaType: string, data = 'AAAA'): DraftPart => ({ type: 'file', param: 'x', mediaType, data })

it('counts every text of a prompt', () => {
  const nothing = estimateTokens(prompt({}))
  expect(nothing).toBe(0)
  expect(estimateTokens(said(text('hello world')))).toBe(6)
  const whole = prompt({
    messages: [
      { role: 'system', content: 'hello world' },
      answered('hello world', { reasoning: 'hello world', calls: [{ id: '1', name: 'hello', arguments: 'hello world' }] }),
      result('1', 'hello world'),
    ],
  })
  expect(estimateTokens(whole)).toBe(3 * 4 + 5 * 2 + 1)
  const tools = [{ name: 'read', description: 'Reads a file', parameters: { type: 'object' } }]
  expect(estimateTokens(prompt({ tools }))).toBeGreaterThan(10)
  expect(estimateTokens(prompt({ output: { type: 'json-schema', name: 'a', schema: { type: 'object' }, strict: true } }))).toBeGreaterThan(2)
})

it('takes what looks like a control token for text', () => {
  expect(estimateTokens(said(text('<|endoftext|>')))).toBeGreaterThan(5)
})

it('has a figure for every kind of file', () => {
  const pages = Buffer.from('<</Type /Pages>> <</Type /Page>> <</Type/Page /X 1>>').toString('base64')
  const remote: DraftPart = { type: 'remote-file', param: 'x', url: 'https://a.example' }
  expect(
    [file('image/png'), remote, file('application/pdf', pages), file('application/pdf'), file('audio/mpeg', 'A'.repeat(6500))].map(
      (part) => estimateTokens(said(part)) - 4,
    ),
  ).toEqual([1500, 1500, 5000, 2500, 10])
})

it.each([
  ['letters in a row', 'A'],
  ['a language without spaces', '字'],
  ['white space', ' \n'],
  ['surrogates', '🙂'],
])('takes linear time for %s', (_, letter) => {
  const growth = growthOf(
    (size) => said(text(letter.repeat(size))),
    (prompt) => expect(estimateTokens(prompt)).toBeGreaterThan(100),
    12_500,
  )
  expect(growth).toBeLessThan(LINEAR)
})

it('counts the beginning of a very long prompt and goes on in proportion', () => {
  const part = 'The quick brown fox jumps over the lazy dog. '
  const short = estimateTokens(said(text(part.repeat(1_000)))) - 4
  const long = estimateTokens(said(text(part.repeat(20_000)), text(part.repeat(80_000)))) - 4
  expect(long / short).toBeGreaterThan(95)
  expect(long / short).toBeLessThan(105)
})
