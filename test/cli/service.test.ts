import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { keepVariables } from '../../src/cli/service/kept-variables.ts'
import { lastingScript, makeLasting } from '../../src/cli/service/lasting-installation.ts'
import { lastingNode } from '../../src/cli/service/node-path.ts'
import { systemdManager } from '../../src/cli/service/systemd-manager.ts'
import { type Sandbox, useSandbox } from './sandbox.ts'

const sandbox = useSandbox()

/** A systemctl that notes what it is asked; it fails where its bus is not there. */
function withSystemctl(box: Sandbox, body = 'exit 0'): { env: Record<string, string>; calls(): string[] } {
  const folder = join(box.home, 'bin')
  const notes = join(box.home, 'systemctl.txt')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'systemctl'), `#!/bin/sh\necho "$@" >>"${notes}"\n${body}\n`)
  chmodSync(join(folder, 'systemctl'), 0o755)
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    calls: () => (existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : []),
  }
}

describe.runIf(process.platform === 'linux')('service', () => {
  test('install writes the unit for it alone to read, and starts it; uninstall leaves nothing', async () => {
    const box = sandbox()
    const { env, calls } = withSystemctl(box)
    const secrets = { OPENCODE_BRIDGE_API_KEY: 'sesame-street', OPENCODE_BRIDGE_MAX_SIZE: '3', HTTPS_PROXY: 'http://proxy:8080' }
    const installed = await box.run(['service', 'install', '--port', '4242', '--engine=serve'], { env: { ...env, ...secrets } })
    expect(installed).toMatchObject({ code: exitCodes.ok, stdout: expect.stringContaining('Installed, and started') })
    expect(installed.stderr).toContain('OPENCODE_BRIDGE_API_KEY is set here, but secrets are not written into the service')
    expect(calls()).toEqual([
      '--user show-environment',
      '--user daemon-reload',
      '--user enable opencode-bridge.service',
      '--user restart opencode-bridge.service',
    ])
    const path = join(box.home, 'config', 'systemd', 'user', 'opencode-bridge.service')
    const unit = readFileSync(path, 'utf8')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(unit).toContain(`ExecStart="${process.execPath}" "${realpathSync('bin/opencode-bridge.js')}" "start" "--port=4242" "--engine=serve"\n`)
    expect(unit).toContain('Environment="OPENCODE_BRIDGE_MAX_SIZE=3"')
    expect(unit).toContain('Environment="HTTPS_PROXY=http://proxy:8080"')
    expect(unit).not.toContain('sesame')

    const doctor = JSON.parse((await box.run(['doctor', '--json'], { env: { ...env, OPENCODE_BIN: '/nowhere' } })).stdout) as Array<{ name: string }>
    expect(doctor.find(({ name }) => name === 'service')).toMatchObject({ status: 'warn', detail: 'the service is not enabled' })

    expect((await box.run(['service', 'uninstall'], { env })).code).toBe(exitCodes.ok)
    expect(calls().at(-1)).toBe('--user disable --now opencode-bridge.service')
    expect(existsSync(path)).toBe(false)
    expect(existsSync(join(box.home, '.local', 'share', 'opencode-bridge', 'service.json'))).toBe(false)
  })

  test('install --print writes nothing', async () => {
    const box = sandbox()
    const { env, calls } = withSystemctl(box)
    const { code, stdout } = await box.run(['service', 'install', '--print', '--api-key-file', 'keys'], {
      env: { ...env, OPENCODE_BRIDGE_API_KEY: 'sesame-street' },
    })
    expect({ code, stdout }).toMatchObject({ code: exitCodes.usage, stdout: '' })
    writeFileSync(join(box.cwd, 'keys'), 'a-key-of-somebody\n')
    const printed = await box.run(['service', 'install', '--print', '--api-key-file', 'keys'], { env })
    expect(printed.stdout).toContain(`"start" "--api-key-file=${realpathSync(box.cwd)}/keys"`)
    expect(calls()).toEqual([])
    expect(existsSync(join(box.home, 'config'))).toBe(false)
  })

  test('without a systemd for this user says what else there is', async () => {
    const box = sandbox()
    const { env } = withSystemctl(box, 'echo "Failed to connect to bus" >&2; exit 1')
    const { code, stderr } = await box.run(['service', 'install'], { env })
    expect({ code, stderr }).toMatchObject({ code: exitCodes.failure, stderr: expect.stringContaining('Failed to connect to bus') })
    expect(stderr).toContain('start --detach needs no systemd')
    expect(existsSync(join(box.home, 'config'))).toBe(false)
  })

  test.each([
    [['service'], exitCodes.usage, 'service needs one of install'],
    [['service', 'instal'], exitCodes.usage, 'did you mean install?'],
    [['service', 'status'], exitCodes.notRunning, 'no service is installed'],
    [['service', 'logs'], exitCodes.notRunning, 'no service is installed'],
    [['service', 'restart'], exitCodes.notRunning, 'no service is installed'],
    [['service', 'uninstall'], exitCodes.notRunning, 'no service is installed'],
  ])('%j ends with %i', async (args, code, text) => {
    expect(await sandbox().run(args)).toMatchObject({ code, stderr: expect.stringContaining(text) })
  })
})

test('a reboot is survived by who lingers', () => {
  const box = sandbox()
  const manager = systemdManager({ env: box.env, uid: 7, userName: 'jo' }, box.home)
  expect(manager.endurance()).toMatchObject({ detail: 'is not enabled' })
  const wants = join(box.home, 'config', 'systemd', 'user', 'default.target.wants')
  mkdirSync(wants, { recursive: true })
  writeFileSync(join(wants, 'opencode-bridge.service'), '')
  expect(manager.endurance()).toMatchObject({ fix: expect.stringContaining('enable-linger') })
  writeFileSync(join(box.home, 'jo'), '')
  expect(manager.endurance()).toEqual({ detail: 'starts with the machine' })
})

test('an installation in a runner’s cache is copied to where it stays, and no other', () => {
  const box = sandbox()
  const root = join(box.home, '_npx', '0f')
  const script = join(root, 'node_modules', 'opencode-bridge', 'bin', 'opencode-bridge.js')
  mkdirSync(join(script, '..'), { recursive: true })
  mkdirSync(join(root, 'node_modules', '.bin'))
  mkdirSync(join(root, 'node_modules', 'opencode-bridge', 'node_modules', 'inner'), { recursive: true })
  writeFileSync(script, 'ours')
  symlinkSync('../opencode-bridge/bin/opencode-bridge.js', join(root, 'node_modules', '.bin', 'ocb'))
  const link = join(root, 'node_modules', '.bin', 'ocb')

  const lasting = lastingScript(link, box.env, '1.2.3')
  makeLasting(link, box.env, '1.2.3')
  rmSync(root, { recursive: true })
  expect(lasting).toBe(join(box.home, '.local', 'share', 'opencode-bridge', 'program', '1.2.3', 'node_modules', 'opencode-bridge', 'bin', 'opencode-bridge.js'))
  expect(readFileSync(lasting, 'utf8')).toBe('ours')

  const installed = join(box.home, 'lib', 'opencode-bridge.js')
  mkdirSync(join(box.home, 'lib'))
  writeFileSync(installed, '')
  expect(lastingScript(installed, box.env, '1.2.3')).toBe(realpathSync(installed))
})

test('Homebrew’s Node is taken by the link that stays', () => {
  const box = sandbox()
  const cellar = join(box.home, 'Cellar', 'node', '22.1.0', 'bin')
  const links = join(box.home, 'bin')
  mkdirSync(cellar, { recursive: true })
  mkdirSync(links)
  writeFileSync(join(cellar, 'node'), '')
  symlinkSync(join(cellar, 'node'), join(links, 'node'))
  expect(lastingNode(join(cellar, 'node'), `/nowhere${delimiter}${links}`)).toBe(join(links, 'node'))
  expect(lastingNode(join(cellar, 'node'), '/nowhere')).toBe(join(cellar, 'node'))
  expect(lastingNode('/usr/bin/node', links)).toBe('/usr/bin/node')
})

test('no secret is kept for the service', () => {
  const env = {
    PATH: '/bin',
    OPENCODE_BRIDGE_PORT: '1',
    OPENCODE_BRIDGE_JWT_SECRET: 's',
    OPENCODE_SERVER_PASSWORD: 'p',
    GITHUB_TOKEN: 't',
    HOME: '/h',
    no_proxy: '',
  }
  expect(keepVariables(env)).toEqual({
    kept: { PATH: '/bin', OPENCODE_BRIDGE_PORT: '1' },
    left: ['OPENCODE_SERVER_PASSWORD', 'OPENCODE_BRIDGE_JWT_SECRET'],
  })
})
