import { expect, test } from 'vitest'
import { LogTail } from '../../src/live/log-tail.ts'

test('the last lines are kept, each shortened and without what steers a terminal', () => {
  const tail = new LogTail()
  for (let line = 1; line <= 600; line++) tail.add('info', `line ${line}`, line)
  expect(tail.after(0).map(({ number }) => number)).toEqual(Array.from({ length: 500 }, (_, index) => index + 101))
  tail.add('warn', `\u001b[2J${'x'.repeat(10_000)}`)
  const [last, ...none] = tail.after(600)
  expect(none).toEqual([])
  expect(last).toMatchObject({ number: 601, level: 'warn', text: expect.stringMatching(/^\u241b\[2Jx+$/) })
  expect(last!.text.length).toBeLessThan(5000)
})
