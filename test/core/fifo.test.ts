import { expect, test } from 'vitest'
import { Fifo } from '../../src/core/fifo.ts'
import { growthOf, HARDLY_ANY, LINEAR } from '../support/growth.ts'

test('gives what was put in, in that order, however many are in between', () => {
  const fifo = new Fifo<number>()
  const taken: number[] = []
  let put = 0
  for (let round = 0; round < 200; round++) {
    for (let count = 0; count < 40; count++) fifo.push(put++)
    for (let count = 0; count < (round % 3) * 20; count++) taken.push(fifo.shift()!)
    expect(fifo.length).toBe(put - taken.length)
  }
  while (fifo.length > 0) taken.push(fifo.shift()!)
  expect(taken).toEqual(Array.from({ length: put }, (_, index) => index))
  expect(fifo.shift()).toBeUndefined()
  expect([new Fifo([1, undefined]).length, new Fifo([7]).shift()]).toEqual([2, 7])
})

test('takes no longer for each, the more there are', () => {
  const fill = (size: number) => Array.from({ length: size }, (_, index) => ({ index }))
  const drain = (items: object[]) => {
    const fifo = new Fifo(items)
    while (fifo.shift());
  }
  expect(growthOf(fill, drain, 20_000, HARDLY_ANY)).toBeLessThan(LINEAR)
})
