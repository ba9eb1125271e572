import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { readStates } from '../../src/cli/daemon/state-file.ts'
import { fakeOpencode } from '../support/fake-opencode.ts'
import { until } from '../support/until.ts'
import { useSandbox } from './sandbox.ts'

const NAMESPACES = ['--mount', '--pid', '--fork', '--mount-proc', '--propagation', 'private']
const manager = fileURLToPath(new URL('../fixtures/systemd/user-manager.sh', import.meta.url))
const bin = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))

/** Namespaces of one's own are for root. */
const possible = existsSync('/usr/lib/systemd/systemd') && spawnSync('unshare', [...NAMESPACES, 'true']).status === 0

const sandbox = useSandbox()
const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A systemd for a user, and a way to run commands beside it. */
function startSystemd(env: NodeJS.ProcessEnv): (line: string) => Promise<{ code: number; text: string }> {
  const child = spawn('unshare', [...NAMESPACES, '--kill-child', manager], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  closers.push(async () => {
    // Everything in its namespace ends with it.
    child.stdin.end()
    await once(child, 'exit')
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return async (command) => {
    child.stdin.write(`${command}\n`)
    let text = ''
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error(`it ended:\n${text}`)
      const code = /^exit (\d+)$/.exec(value)?.[1]
      if (code !== undefined) return { code: Number(code), text }
      text += `${value}\n`
    }
  }
}

describe.runIf(possible)('a real systemd of a user', () => {
  test('runs the service, starts it again when it is killed, drains it at a stop, and forgets it', async () => {
    const box = sandbox()
    const run = startSystemd({ ...box.env, OPENCODE_BIN: fakeOpencode('silent'), OPENCODE_BRIDGE_LEDGER: 'false' })
    const ocb = (line: string) => run(`"${process.execPath}" "${bin}" ${line}`)
    const state = () => readStates(box.env)[0]

    const port = await freePort()
    expect(await ocb(`service install --port ${port} --min-idle 0`)).toMatchObject({ code: 0, text: expect.stringContaining('Installed, and started') })
    await until(() => state() !== undefined)
    const first = state()!
    expect(first).toMatchObject({ manager: 'systemd', cwd: box.home, args: [`--port=${port}`, '--min-idle=0'] })
    expect(await ocb('service status')).toMatchObject({ code: 0, text: expect.stringContaining('active (running)') })
    expect((await run('systemctl --user show --property LimitNOFILE,KillMode opencode-bridge.service')).text.split('\n').toSorted()).toEqual([
      '',
      'KillMode=mixed',
      'LimitNOFILE=65536',
    ])

    await run(`kill -9 ${first.pid}`)
    await until(() => state() !== undefined && state()!.instance !== first.instance)
    const second = state()!
    expect(second.pid).not.toBe(first.pid)

    // `restart` is systemd's, and not a daemon beside it.
    expect((await ocb(`restart --port ${port}`)).code).toBe(0)
    await until(() => state() !== undefined && state()!.instance !== second.instance)
    expect(state()).toMatchObject({ manager: 'systemd' })

    expect((await ocb('service uninstall')).code).toBe(0)
    expect(state()).toBeUndefined()
    expect(existsSync(join(box.home, 'config', 'systemd', 'user', 'opencode-bridge.service'))).toBe(false)
    expect((await run('systemctl --user status opencode-bridge.service')).text).toContain('could not be found')
  })

  test('does not try wrong settings again and again', async () => {
    const box = sandbox()
    const run = startSystemd({ ...box.env, OPENCODE_BIN: fakeOpencode('silent') })
    expect((await run(`"${process.execPath}" "${bin}" service install --port 0`)).code).toBe(0)
    await until(() => readStates(box.env).length === 1)
    const path = join(box.home, 'config', 'systemd', 'user', 'opencode-bridge.service')
    const broken = readFileSync(path, 'utf8').replace('"--port=0"', '"--port=0" "--max-size=none"')
    writeFileSync(path, broken)
    await run('systemctl --user daemon-reload; systemctl --user restart opencode-bridge.service')
    await until(async () => (await run('systemctl --user is-active opencode-bridge.service')).text === 'failed\n')
    expect((await run('systemctl --user show -P NRestarts opencode-bridge.service')).text).toBe('0\n')
  })
})
