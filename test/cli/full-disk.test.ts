import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { sendFrames, token, useFakeDaemons } from './fake-daemon.ts'
import { useSandbox } from './sandbox.ts'

/** A stdout on a disk that is full: one line says so, and the exit code. */

const FULL = '/dev/full'
const sandbox = useSandbox()
const fake = useFakeDaemons()

const refused = { code: exitCodes.failure, signal: null, stderr: 'opencode-bridge: cannot write to stdout: the disk is full\n' }

describe.skipIf(!existsSync(FULL))('on a full disk', () => {
  test.each([['--help'], ['--version'], ['ask', '--help'], ['models'], ['status', '--json'], ['connect', 'codex'], ['ask', 'Hi']])('%s %s %s', expectRefused)
  test.each([['ask', '--version'], ['models', '--json'], ['status'], ['connect'], ['ask', '--no-stream', 'Hi'], ['ask', '--json', 'Hi']])(
    '%s %s %s',
    { tags: 'long' },
    expectRefused,
  )

  async function expectRefused(...args: string[]): Promise<void> {
    const { port } = await fake()
    expect(await sandbox().run([...args, '--port', String(port)], { stdout: FULL })).toMatchObject(refused)
  }

  test.each([['doctor'], ['doctor', '--json']])('%s %s', async (...args) => {
    const env = { OPENCODE_BRIDGE_BINARY: '/nowhere/opencode' }
    expect(await sandbox().run(args, { stdout: FULL, env })).toMatchObject(refused)
  })

  test('chat', async () => {
    const { port } = await fake()
    expect(await sandbox().run(['chat', '--port', String(port)], { stdout: FULL, input: 'Hi\nMore\n' })).toMatchObject(refused)
  })

  test('an answer that nobody can read is not waited for', async () => {
    const daemon = await fake({
      chat: async (response) => {
        while (!response.destroyed) {
          sendFrames(response, [token('line\n')])
          await sleep(10)
        }
      },
    })
    expect(await sandbox().run(['ask', '--port', String(daemon.port), 'go on'], { stdout: FULL })).toMatchObject(refused)
    await daemon.disconnected
  })

  test('a command that prints nothing does not notice', async () => {
    expect(await sandbox().run(['status', '--port', '9'], { stdout: FULL })).toMatchObject({
      code: exitCodes.notRunning,
      stderr: expect.stringContaining('no daemon is running'),
    })
  })
})
