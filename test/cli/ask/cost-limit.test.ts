import { expect, test } from 'vitest'
import { affordableTokens } from '../../../src/cli/ask/cost-limit.ts'
import type { ListedModel } from '../../../src/cli/daemon/client.ts'

const model = (pricing?: ListedModel['pricing']) => ({ id: 'a/one', ...(pricing && { pricing }) }) as ListedModel
const question = [{ role: 'user' as const, content: 'x'.repeat(300) }]

test('what is left of the limit pays for the answer', () => {
  const tokens = affordableTokens(model({ prompt: '0.00001', completion: '0.0001' }), question, 0.01)!
  // 108 tokens of the prompt are $0.00108.
  expect(tokens).toBe(89)
  expect(affordableTokens(model({ prompt: '0', completion: '0' }), question, 0)).toBeUndefined()
})

test.each([
  [undefined, 1, 'nobody knows what a/one costs'],
  [{ prompt: '0.00001', completion: '0.0001' }, 0.001, 'the prompt alone costs about $0.001080'],
])('%j within %d is refused', (pricing, limit, message) => {
  expect(() => affordableTokens(model(pricing), question, limit)).toThrow(message)
})

test('files count', () => {
  const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } }
  const price = { prompt: '0.0009765625', completion: '0.0009765625' }
  const left = (content: (typeof image)[]) => affordableTokens(model(price), [{ role: 'user', content }], 16)!
  expect(left([image]) - left([image, image])).toBe(1600)
})
