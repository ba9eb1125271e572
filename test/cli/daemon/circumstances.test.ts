import { expect, test } from 'vitest'
import { endsOnHangup } from '../../../src/cli/daemon/hangup.ts'
import { managerOf } from '../../../src/cli/daemon/manager.ts'

const none = { stdin: false, stdout: false, stderr: false }

test.each([
  ['in a terminal', { stdin: true, stdout: true, stderr: true }, 'linux', true],
  ['whose output goes to a file', { ...none, stdin: true, stderr: true }, 'linux', true],
  ['in the background of a shell, with a file for both', { ...none, stdin: true }, 'linux', true],
  ['under nohup', none, 'linux', false],
  ['under nohup of the BSDs', { ...none, stdin: true }, 'darwin', false],
] as const)('a hangup and a daemon %s', (_name, streams, platform, ends) => {
  expect(endsOnHangup(streams, platform)).toBe(ends)
})

test.each([
  [{ SYSTEMD_EXEC_PID: '7' }, 'systemd'],
  // Inherited from the terminal that a service of systemd opened.
  [{ SYSTEMD_EXEC_PID: '6' }, undefined],
  [{ XPC_SERVICE_NAME: 'opencode-bridge' }, 'launchd'],
  [{ XPC_SERVICE_NAME: 'application.com.apple.Terminal.1' }, undefined],
  [{}, undefined],
])('with %j a process is run by %s', (env, manager) => {
  expect(managerOf(env, 7)).toBe(manager)
})
