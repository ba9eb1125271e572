import { expect, it } from 'vitest'
import { Lifecycle } from '../../src/daemon/lifecycle.ts'

function begin(patience = 60_000) {
  const undone: string[] = []
  const faults: [string, string][] = []
  const life = new Lifecycle({ patience, onFault: (what, error) => faults.push([what, (error as Error).message]) })
  const step = (what: string, more: () => void | Promise<void> = () => {}) =>
    [
      what,
      async () => {
        await more()
        undone.push(what)
      },
    ] as const
  return { life, undone, faults, step }
}

it('undoes what was built, the last first, and once', async () => {
  const { life, undone, step } = begin()
  life.add(step('a'))
  life.add(step('b'), step('c'))
  life.add(step('d'))
  await Promise.all([life.end(), life.end()])
  await life.end()
  expect(undone).toEqual(['d', 'b', 'c', 'a'])
})

it('undoes a part where it was begun, whatever is built meanwhile', async () => {
  const { life, undone, step } = begin()
  life.add(step('a'))
  const part = life.part()
  life.add(step('d'))
  part.add(step('b'))
  part.add(step('c'))
  await life.end()
  expect(undone).toEqual(['d', 'c', 'b', 'a'])
})

it('waits for all that stands beside each other before what they stand on goes', async () => {
  const { life, undone, step } = begin()
  let open = (): void => {}
  life.add(step('a'))
  life.add(
    step('slow', () => new Promise((resolve) => (open = resolve))),
    step('quick'),
  )
  const ended = life.end()
  for (let tick = 0; tick < 20; tick++) await Promise.resolve()
  expect(undone).toEqual(['quick'])
  open()
  await ended
  expect(undone).toEqual(['quick', 'slow', 'a'])
})

it.each<[string, () => void | Promise<void>]>([
  [
    'throws',
    () => {
      throw new Error('No.')
    },
  ],
  ['rejects', () => Promise.reject(new Error('No.'))],
])('a step that %s keeps no other from being undone', async (_how, undo) => {
  const { life, undone, faults, step } = begin()
  life.add(step('a'))
  life.add(['broken', undo], step('b'))
  life.add(step('c'))
  await life.end()
  expect(undone).toEqual(['c', 'b', 'a'])
  expect(faults).toEqual([['broken', 'No.']])
})

it('neither does one that never ends', async () => {
  const { life, undone, faults, step } = begin(10)
  life.add(step('a'))
  life.add(['stuck', () => new Promise(() => {})])
  await life.end()
  expect(undone).toEqual(['a'])
  expect(faults).toEqual([['stuck', 'it took longer than 0.01 s']])
})
