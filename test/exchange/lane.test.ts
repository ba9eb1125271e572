import { describe, expect, test } from 'vitest'
import type { CallForm } from '../../src/core/call.ts'
import { chooseLane, type LaneQuestion, parseLane } from '../../src/exchange/lane.ts'

const form: CallForm = {
  wire: 'chat',
  apiModel: 'm',
  url: 'https://x.test/v1/chat/completions',
  npm: '@ai-sdk/openai-compatible',
  defaults: {},
  configured: {},
  loginHeaders: [],
  preamble: [],
}
const question: LaneQuestion = { form, wire: 'chat', asItIs: true, wanted: 'auto' }

describe('auto', () => {
  test.each<[string, Partial<LaneQuestion>, string]>([
    ['the same format', {}, 'verbatim'],
    ['another format', { wire: 'messages' }, 'translated'],
    ['a format that no provider has', { wire: undefined }, 'translated'],
    ['an answer that the bridge has a part in', { asItIs: false }, 'translated'],
    ['a provider whose calls are not known', { form: undefined }, 'session'],
  ])('%s', (_name, differing, lane) => {
    expect(chooseLane({ ...question, ...differing })).toBe(lane)
  })
})

describe('one that is wanted', () => {
  test.each(['verbatim', 'translated', 'session'] as const)('%s', (wanted) => {
    expect(chooseLane({ ...question, wanted })).toBe(wanted)
  })

  test.each<[string, Partial<LaneQuestion>]>([
    ['verbatim to another format', { wanted: 'verbatim', wire: 'gemini' }],
    ['verbatim where the bridge has a part', { wanted: 'verbatim', asItIs: false }],
    ['translated without a form', { wanted: 'translated', form: undefined }],
  ])('is refused: %s', (_name, differing) => {
    expect(() => chooseLane({ ...question, ...differing })).toThrow(expect.objectContaining({ status: 400, param: 'x-bridge-lane' }))
  })
})

test('the header', () => {
  expect(parseLane(null)).toBeUndefined()
  expect(parseLane(' Session ')).toBe('session')
  expect(() => parseLane('fast')).toThrow(expect.objectContaining({ status: 400, code: 'invalid_value' }))
})
