import { tmpdir } from 'node:os'
import { expect, test, vi } from 'vitest'
import { endingOf, killWatched, spawnWatched } from '../../src/opencode/watched-process.ts'

const options = { cwd: tmpdir(), env: { PATH: process.env.PATH! }, channel: false }

test('a program that has ended is not killed: its id may be another one’s', async () => {
  const child = spawnWatched('true', [], options)
  expect(await endingOf(child)).toMatchObject({ exitCode: 0 })
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  try {
    killWatched(child)
    expect(kill).not.toHaveBeenCalled()
  } finally {
    kill.mockRestore()
  }
})

test('one that runs is killed, and then no more', async () => {
  const child = spawnWatched('sleep', ['60'], options)
  killWatched(child)
  expect(await endingOf(child)).toMatchObject({ signal: 'SIGKILL' })
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  try {
    killWatched(child)
    expect(kill).not.toHaveBeenCalled()
  } finally {
    kill.mockRestore()
  }
})
