import { expect, test } from 'vitest'
import { parseTraceParent } from '../../src/records/trace-parent.ts'

const [trace, span] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']

test.each([
  [`00-${trace}-${span}-01`, true],
  [`00-${trace}-${span}-00`, false],
  // A later version may have more.
  [`cc-${trace}-${span}-03-more`, true],
])('%s is read', (header, sampled) => {
  expect(parseTraceParent(header)).toEqual({ traceId: trace, spanId: span, sampled })
})

test.each([
  null,
  '',
  'x',
  `ff-${trace}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${trace}-${span}-01x`,
])('%s is none', (header) => {
  expect(parseTraceParent(header)).toBeUndefined()
})
