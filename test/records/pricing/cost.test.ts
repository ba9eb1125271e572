import { describe, expect, test } from 'vitest'
import { formatDecimal, parseDecimal, parseDollars } from '../../../src/core/money.ts'
import type { ModelCost } from '../../../src/core/model.ts'
import type { Usage } from '../../../src/core/usage.ts'
import { costOf, mostOf } from '../../../src/records/pricing/cost.ts'
import { createPriceBook } from '../../../src/records/pricing/price-book.ts'
import { parseDatasheet } from '../../../src/records/pricing/datasheet.ts'
import type { PricingOverride } from '../../../src/records/pricing/overrides.ts'

const usage = (some: Partial<Usage>): Usage => ({ input: 0, output: 0, cachedInput: 0, cacheWrites: 0, reasoning: 0, ...some })

/** As gateways' configurations have them: JSON in a string. */
const OVERRIDES: PricingOverride[] = [
  {
    id: 'deepseek-v4-flash-zen',
    name: 'DeepSeek V4 Flash on Zen',
    scope_kind: 'provider',
    provider_id: 'opencode-zen',
    match_type: 'exact',
    pattern: 'deepseek-v4-flash',
    request_types: ['chat_completion'],
    pricing_patch: '{"input_cost_per_token":1.4e-07,"output_cost_per_token":2.8e-07,"cache_read_input_token_cost":2.8e-08}',
  },
  {
    id: 'gpt-5-nano-zen',
    scope_kind: 'provider',
    provider_id: 'opencode-zen',
    match_type: 'exact',
    pattern: 'gpt-5-nano',
    request_types: ['chat_completion'],
    pricing_patch: { input_cost_per_token: 5.0e-8, output_cost_per_token: 4.0e-7 },
  },
]

const TIERED: PricingOverride = {
  id: 'long',
  scope_kind: 'global',
  match_type: 'prefix',
  pattern: 'claude-',
  pricing_patch: {
    input_cost_per_token: '0.000003',
    output_cost_per_token: 1.5e-5,
    cache_read_input_token_cost: 3e-7,
    input_cost_per_token_above_200k_tokens: 6e-6,
    output_cost_per_token_above_200k_tokens: 2.25e-5,
  },
}

const book = (overrides: PricingOverride[], cost?: ModelCost) =>
  createPriceBook({ models: () => [{ id: 'opencode/gpt-5-nano', provider: 'opencode', ...(cost && { cost }) }], overrides })

describe('the overrides that gateways have', () => {
  const priceOf = book(OVERRIDES)

  test('price each kind of token, to the last digit', () => {
    const price = priceOf({ provider: 'opencode', model: 'opencode/deepseek-v4-flash', format: 'chat-completions' })!
    // 917 · 140,000 + 83 · 28,000 + 41 · 280,000 pico-dollars
    expect(costOf(price, usage({ input: 1000, cachedInput: 83, output: 41, reasoning: 39 }))).toEqual({
      total: 142_184_000n,
      input: 128_380_000n,
      cachedInput: 2_324_000n,
      cacheWrites: 0n,
      output: 560_000n,
      reasoning: 10_920_000n,
      requests: 0n,
    })
    expect(price.source).toBe('override:deepseek-v4-flash-zen')
    const nano = priceOf({ provider: 'opencode', model: 'opencode/gpt-5-nano', format: 'messages' })!
    expect(costOf(nano, usage({ input: 117, output: 42 }))!.total).toBe(22_650_000n)
  })

  test.each([
    ['another provider', { provider: 'openai', model: 'openai/gpt-5-nano' }],
    ['a longer name', { provider: 'opencode', model: 'opencode/gpt-5-nano-2' }],
  ])('say nothing of %s', (_name, priced) => {
    expect(priceOf(priced)).toBeUndefined()
  })

  test('are for their kinds of requests', () => {
    const only = book([{ ...OVERRIDES[1]!, request_types: ['responses_stream'] }])
    expect(only({ provider: 'opencode', model: 'opencode/gpt-5-nano', format: 'responses' })).toBeDefined()
    expect(only({ provider: 'opencode', model: 'opencode/gpt-5-nano', format: 'messages' })).toBeUndefined()
  })
})

describe('a price with tiers', () => {
  const price = book([TIERED])({ provider: 'anthropic', model: 'anthropic/claude-x' })!

  test.each([
    [200_000, 600_000_000_000n + 15_000_000n],
    // All of it, not what is beyond, and the cache keeps its rate.
    [200_001, 1_200_006_000_000n + 22_500_000n],
  ])('counts %i tokens of input', (input, total) => {
    expect(costOf(price, usage({ input, output: 1 }))!.total).toBe(total)
  })

  test('is reserved at the rate of its tier', () => {
    expect(mostOf(price, { input: 200_001, output: 10 })).toBe(1_200_006_000_000n + 225_000_000n)
  })
})

describe('what is said last wins', () => {
  const cost = { input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 0, tiers: [{ above: 272_000, input: 2.5, output: 15, cacheRead: 0.25, cacheWrite: 0 }] }
  const priced = { provider: 'opencode', model: 'opencode/gpt-5-nano' }

  test('the catalogue has the first word', () => {
    const price = book([], cost)(priced)!
    expect(price).toMatchObject({ source: 'catalogue', billing: 'metered' })
    expect(costOf(price, usage({ input: 272_001, cachedInput: 1, output: 0 }))!.total).toBe(272_000n * 2_500_000n + 250_000n)
  })

  test('a patch changes what it names, of the tiers too', () => {
    const price = book([{ ...OVERRIDES[1]!, pricing_patch: { output_cost_per_token: 1e-6 } }], cost)(priced)!
    expect(costOf(price, usage({ input: 300_000, output: 1 }))!.total).toBe(300_000n * 2_500_000n + 1_000_000n)
  })

  test('a list stands before the catalogue, the narrower scope before the wider', () => {
    const overrides: PricingOverride[] = [
      { id: 'own', scope_kind: 'virtual_key', virtual_key_id: 'ci', match_type: 'wildcard', pattern: '*', pricing_patch: { input_cost_per_token: 9 } },
      { id: 'all', scope_kind: 'global', match_type: 'wildcard', pattern: '*/gpt-*-nano', pricing_patch: { input_cost_per_token: 7 } },
    ]
    const datasheet = parseDatasheet({
      sample_spec: { input_cost_per_token: 'words' },
      'gpt-5-nano': { provider: 'opencode', mode: 'chat', input_cost_per_token: 5, output_cost_per_token: 6 },
    })
    const sources = { models: () => [{ id: 'opencode/gpt-5-nano', provider: 'opencode', cost }], datasheet: () => datasheet }
    const input = (overriding: PricingOverride[], key?: string) =>
      createPriceBook({ ...sources, overrides: overriding })({ ...priced, key })!.rates.input! / 10n ** 18n
    expect([input([]), input(overrides), input(overrides, 'ci')]).toEqual([5n, 7n, 9n])
  })
})

describe('Copilot', () => {
  const copilot = { provider: 'github-copilot', model: 'github-copilot/gpt-x' }
  const priceOf = (pricing_patch: unknown) =>
    book([{ scope_kind: 'provider', provider_id: 'github-copilot', match_type: 'wildcard', pattern: '*', pricing_patch }])(copilot)!

  test('counts credits for batches of tokens', () => {
    const price = priceOf({
      token_prices: {
        batch_size: 1_000_000,
        input_price: 125,
        output_price: 1000,
        cache_read_price: 12.5,
        max_prompt_tokens: 128_000,
        long_context: { input_price: 250 },
      },
    })
    expect(price.billing).toBe('subscription')
    expect(costOf(price, usage({ input: 1000, cachedInput: 400, output: 7 }))!.total).toBe(600n * 1_250_000n + 400n * 125_000n + 7n * 10_000_000n)
    expect(costOf(price, usage({ input: 128_001 }))!.total).toBe(128_001n * 2_500_000n)
  })

  test('or premium requests', () => {
    expect(costOf(priceOf({ multiplier: 0.33 }), usage({ input: 1000, output: 7 }), 2)!.total).toBe(parseDollars('0.0264'))
  })
})

describe('what nobody knows', () => {
  test.each([
    ['a catalogue without prices', { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, tiers: [] }],
    ['no catalogue', undefined],
  ])('is not zero: %s', (_name, cost) => {
    expect(book([], cost)({ provider: 'opencode', model: 'opencode/gpt-5-nano' })).toBeUndefined()
  })

  test('is only what was used', () => {
    const price = { rates: { input: 2n * 10n ** 12n }, tiers: [] }
    expect(costOf(price, usage({ input: 3 }))!.total).toBe(6_000_000n)
    expect(costOf(price, usage({ input: 3, output: 1 }))).toBeUndefined()
    expect(costOf({ rates: {}, tiers: [] }, usage({}))).toBeUndefined()
    expect(mostOf(price, { input: 3, output: 1 })).toBeUndefined()
  })

  test('but a model that says so is free', () => {
    const price = book([])({ provider: 'openrouter', model: 'openrouter/x:free' })
    expect(price).toBeUndefined()
    const free = createPriceBook({ models: () => [{ id: 'openrouter/x:free', provider: 'openrouter' }], overrides: [] })
    expect(costOf(free({ provider: 'openrouter', model: 'openrouter/x:free' })!, usage({ input: 5 }))!.total).toBe(0n)
  })
})

test.each([
  ['a name that is no price', { input_per_token: 1 }, 'pricing override 0: input_per_token: no price has this name'],
  ['a price that is none', '{"input_cost_per_token":"much"}', 'pricing override 0: input_cost_per_token: not a decimal number: much'],
  ['less than nothing', { output_cost_per_token: -1 }, 'pricing override 0: output_cost_per_token: less than nothing'],
  ['no JSON', '{', 'pricing override 0: no object of prices, nor JSON of one'],
])('an override with %s is refused by name', (_name, pricing_patch, message) => {
  expect(() => book([{ scope_kind: 'global', match_type: 'exact', pattern: 'x', pricing_patch }])).toThrow(message)
})

describe('money', () => {
  test('is exact beyond 2^53', () => {
    const sum = parseDollars('9007.199254740993') + 1n
    expect(sum).toBe(9_007_199_254_740_994n)
    expect(formatDecimal(sum)).toBe('9007.199254740994')
    // A number that rounds to no pico-dollar by itself does in the sum.
    expect(costOf({ rates: { input: 400_000n, output: 400_000n }, tiers: [] }, usage({ input: 1, output: 1 }))!.total).toBe(1n)
  })

  test.each([
    ['1.4e-07', 12, 140_000n],
    [1.4e-7, 12, 140_000n],
    ['-0.5', 0, -1n],
    ['.5', 1, 5n],
    [1e21, 0, 10n ** 21n],
  ])('%s to %i digits', (text, digits, expected) => {
    expect(parseDecimal(text, digits)).toBe(expected)
  })

  test.each(['', '.', 'e5', '1,5', 'NaN', '1e99999999'])('%s is no number', (text) => {
    expect(() => parseDecimal(text, 12)).toThrow(RangeError)
  })
})

test('what was found is kept, until there is another table of models or another list', () => {
  let models = [{ id: 'p/m', provider: 'p', cost: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, tiers: [] } }]
  let sheet: ReturnType<typeof parseDatasheet> | undefined
  const prices = createPriceBook({ models: () => models, datasheet: () => sheet, overrides: [] })
  const priced = { provider: 'p', model: 'p/m' }
  const first = prices(priced)
  expect(first).toMatchObject({ source: 'catalogue', rates: { input: 10n ** 12n } })
  expect(prices({ ...priced })).toBe(first)
  expect(prices({ ...priced, model: 'p/other' })).toBeUndefined()
  models = [{ ...models[0]!, cost: { ...models[0]!.cost, input: 2 } }]
  expect(prices(priced)).toMatchObject({ rates: { input: 2n * 10n ** 12n } })
  sheet = parseDatasheet({ 'p/m': { input_cost_per_token: 3e-6 } })
  expect(prices(priced)).toMatchObject({ source: 'pricing_url', rates: { input: 3n * 10n ** 12n } })
})
