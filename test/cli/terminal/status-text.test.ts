import { expect, test } from 'vitest'
import { renderStatus } from '../../../src/cli/terminal/status-text.ts'
import type { DaemonStatus } from '../../../src/server/status.ts'
import { misfitOf } from '../../../src/opencode/supported.ts'

function status(version: string, mode: 'native' | 'plain' = 'native'): string {
  const misfit = misfitOf(version)?.why
  const pool = {
    idle: 1,
    starting: 0,
    acquired: 0,
    stopping: 0,
    queued: 0,
    minIdle: 1,
    maxSize: 4,
    maxQueue: 64,
    counters: {},
    suspendedFor: 0,
    draining: false,
  }
  const engine = { name: 'run', mode, ready: true, opencode: { path: '/opt/opencode', version, ...(misfit && { misfit }) }, pool, processes: [] }
  const requests = { inFlight: [], total: 0, failed: 0, cancelled: 0 }
  return renderStatus({ version: '1', url: 'http://x', pid: 1, uptime: 1, engine, requests } as unknown as DaemonStatus)
}

test('says when opencode is of a version that was not tried', () => {
  expect(status('1.18.33')).not.toContain('!!')
  expect(status('9.0.0')).toContain('!! opencode 9.0.0 is none of the versions that the bridge is tested with')
})

test('says once why it is plain mode', () => {
  expect(status('0.1.0', 'plain').match(/!!/g)).toHaveLength(1)
})
