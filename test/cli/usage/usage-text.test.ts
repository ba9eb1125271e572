import { expect, test } from 'vitest'
import { renderUsage } from '../../../src/cli/terminal/usage-text.ts'
import { formatCost } from '../../../src/core/money.ts'
import type { UsageFigures } from '../../../src/records/ledger/usage-report.ts'

const figures = (some: Partial<UsageFigures>): UsageFigures => ({
  requests: 1,
  failed: 0,
  input_tokens: 1000,
  cached_input_tokens: 0,
  cache_write_tokens: 0,
  output_tokens: 10,
  reasoning_tokens: 0,
  cost: '0',
  cost_complete: true,
  unpriced: 0,
  ...some,
})

const report = {
  object: 'usage' as const,
  from: '2026-11-01',
  to: '2026-11-28',
  by: ['model'] as const,
  total: figures({ requests: 3, cost: '1.5', cost_complete: false, unpriced: 1 }),
  data: [
    { model: 'p/dear', ...figures({ cost: '1.25' }) },
    { model: 'p/cheap', ...figures({ cost: '0.25', cost_complete: false }) },
    { model: 'p/unknown', ...figures({ cost: null, cost_complete: false, unpriced: 1 }) },
  ],
}

test('a cost that nobody knows is a dash, and a sum without it is marked', () => {
  expect(renderUsage(report)).toBe(
    [
      '2026-11-01 to 2026-11-28',
      'MODEL      REQUESTS  FAILED  INPUT  CACHED  OUTPUT  USD',
      'p/dear     1         0       1,000  0       10      1.25',
      'p/cheap    1         0       1,000  0       10      0.2500 +',
      'p/unknown  1         0       1,000  0       10      -',
      'total      3         0       1,000  0       10      1.50 +',
      '+ 1 calls whose price or usage nobody knows are not in the sum.',
      '',
    ].join('\n'),
  )
})

test('a terminal gets bars', () => {
  const bars = renderUsage(report, 120)
    .split('\n')
    .map((line) => line.replace(/[^█]/g, '').length)
  expect(bars).toEqual([0, 0, 24, 5, 1, 0, 0, 0])
})

test.each([
  [null, '-'],
  ['0', '0'],
  ['0.000000000001', '0.000000'],
  ['0.0012346', '0.001235'],
  ['9007.199254740993', '9007.20'],
])('%s is shown as %s', (cost, shown) => {
  expect(formatCost(cost)).toBe(shown)
})
