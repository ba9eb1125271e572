import { expect, it } from 'vitest'
import { isReady } from '../../src/pool/readiness.ts'
import { fakePool } from './fake.ts'

const idle = { ...fakePool({ minIdle: 1 }).pool.status(), idle: 1 }
const used = { ...idle.counters, acquired: 4 }

it.each([
  [true, {}],
  [false, { idle: 0, starting: 1 }],
  [false, { draining: true }],
  [true, { idle: 0, acquired: 4, counters: used }],
  [false, { idle: 0, suspendedFor: 500, counters: used }],
  [true, { idle: 0, minIdle: 0 }],
])('is %j of %j', (ready, pool) => {
  expect(isReady({ ...idle, ...pool })).toBe(ready)
})
