import { PassThrough } from 'node:stream'
import { createInterface } from 'node:readline/promises'
import { expect, test, vi } from 'vitest'
import { InputReader } from '../../src/cli/chat/inputs.ts'
import { InterruptKey } from '../../src/cli/chat/interrupt-key.ts'

test('an input of several lines that has begun can be given up', async () => {
  const typed = new PassThrough()
  const reader = new InputReader()
  const more = vi.fn()
  const inputs = reader.read(createInterface({ input: typed }), more)
  const next = inputs.next()
  expect(reader.discard()).toBe(false)
  typed.write('"""\ngiven up\n')
  await vi.waitFor(() => expect(more).toHaveBeenCalledTimes(2))
  expect(reader.discard()).toBe(true)
  expect(reader.discard()).toBe(false)
  typed.write('kept\n')
  expect(await next).toEqual({ value: 'kept', done: false })
})

test('Ctrl-C gives up the draft, then warns, then leaves', () => {
  let draft = true
  const warn = vi.fn()
  const key = new InterruptKey({ discardDraft: () => draft, warn })
  key.press()
  key.press()
  expect(warn).not.toHaveBeenCalled()
  draft = false
  key.press()
  expect(warn).toHaveBeenCalledOnce()
  expect(key.leaving.aborted).toBe(false)
  key.press()
  expect(warn).toHaveBeenCalledOnce()
  expect(key.leaving.aborted).toBe(true)
})
