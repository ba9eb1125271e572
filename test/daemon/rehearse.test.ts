import { expect, test } from 'vitest'
import { rehearse } from '../../src/daemon/rehearse.ts'

const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length

test('its questions are answered well, and its port is closed again', async () => {
  const before = servers()
  await rehearse(new AbortController().signal)
  await expect.poll(servers).toBe(before)
})

test('it ends with its signal, and closes its port', async () => {
  const before = servers()
  const ending = new AbortController()
  const rehearsal = rehearse(ending.signal)
  ending.abort(new Error('The daemon ends.'))
  await expect(rehearsal).rejects.toThrow('The daemon ends.')
  await expect.poll(servers).toBe(before)
})
