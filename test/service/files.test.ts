import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launchdAgent } from '../../src/service/launchd.ts'
import { type ServicePlan, stopSecondsFor } from '../../src/service/plan.ts'
import { systemdUnit, UNIT } from '../../src/service/systemd.ts'
import { windowsScript, windowsTask } from '../../src/service/windows.ts'

/** With everything in it that one of the formats takes for something else. */
const plan: ServicePlan = {
  node: '/opt/node & co/bin/node',
  script: '/home/jo "x"/$HOME/100%/opencode-bridge.js',
  args: ['start', '--port=4141', '--config=/home/jo/a b\\c.json'],
  folder: '/home/jo',
  environment: { PATH: '/usr/bin:/home/jo/%h/bin', HTTPS_PROXY: 'http://jo:p$ss"<word>@proxy:8080' },
  environmentFile: '/home/jo/.config/opencode-bridge/environment',
  log: '/home/jo/.local/state/opencode-bridge/daemon-4141.log',
  stopSeconds: 60,
}

const onWindows: ServicePlan = {
  ...plan,
  node: 'C:\\Program Files\\nodejs\\node.exe',
  script: 'C:\\Users\\jo & co\\100%\\opencode-bridge.js',
  folder: 'C:\\Users\\jo & co',
  environment: { PATH: 'C:\\Windows;C:\\50% off', HTTPS_PROXY: 'http://proxy:8080' },
  log: 'C:\\Users\\jo & co\\daemon.log',
}

test.each([
  ['systemd.service', systemdUnit(plan)],
  ['launchd.plist', launchdAgent(plan)],
  ['task.cmd', windowsScript(onWindows)],
  ['task.xml', windowsTask('DESKTOP\\jo & co', 'C:\\Users\\jo & co\\service.cmd')],
])('%s is what it was', async (name, text) => {
  await expect(text).toMatchFileSnapshot(`golden/${name}`)
})

test('a stop has more time than running requests have', () => {
  expect(stopSecondsFor(30_000)).toBe(60)
  expect(stopSecondsFor(1)).toBe(31)
})

describe.runIf(existsSync('/usr/bin/systemd-analyze'))('systemd', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ocb-unit-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function verify(unit: string): string {
    const path = join(folder, UNIT)
    writeFileSync(path, unit)
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', path], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    })
    return stdout + stderr
  }

  test('finds nothing wrong with the unit', () => {
    expect(verify(systemdUnit({ ...plan, node: process.execPath }))).toBe('')
  })

  test('would have found a mistake', () => {
    expect(verify(systemdUnit({ ...plan, node: process.execPath }).replace('KillMode=mixed', 'KillMode=some'))).toContain(
      'Failed to parse kill mode specification',
    )
    expect(verify(systemdUnit({ ...plan, node: '/nowhere/node' }))).toContain('/nowhere/node')
  })
})
