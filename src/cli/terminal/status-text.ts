import type { DaemonStatus } from '../../server/status.ts'
import { count, formatBytes, formatDuration, formatTable } from './format.ts'

/** The status of a daemon for people. */
export function renderStatus({ version, url, pid, uptime, engine, requests, reasoning, ledger, audit, sessions }: DaemonStatus): string {
  const { pool } = engine
  const sections = [
    ...(engine.mode === 'plain' ? [`!! PLAIN MODE: prompts are flattened, tools and parameters are lost. ${engine.degraded ?? ''}`.trimEnd()] : []),
    formatTable([
      ['daemon', `${url}, version ${version}, pid ${pid}, up ${formatDuration(uptime)}${pool.draining ? ', DRAINING' : ''}`],
      ['engine', `${engine.name}, ${engine.mode} mode`],
      ['opencode', `${engine.opencode.version} (${engine.opencode.path})`],
      [
        'pool',
        `${pool.idle} idle, ${pool.starting} starting, ${pool.acquired} busy, ${pool.stopping} stopping, ` +
          `${pool.queued} queued (at least ${pool.minIdle} idle, at most ${pool.maxSize}, queue ${pool.maxQueue})`,
      ],
      ['requests', `${requests.inFlight.length} in flight, ${requests.total} total, ${requests.failed} failed, ${requests.cancelled} cancelled`],
      // A daemon of an earlier version tells of neither.
      ...(requests.lanes ? [['lanes', renderLanes(requests.lanes)]] : []),
      ...(reasoning ? [['remembered', `${reasoning.entries} answers and tokens, ${formatBytes(reasoning.bytes)}`]] : []),
      ...(audit ? [['audit', `${count(audit.written, 'record')} written, ${audit.pending} waiting, ${audit.lost} lost`]] : []),
      ...(ledger ? [['ledger', `${count(ledger.written, 'row')} written, ${ledger.pending} waiting, ${ledger.lost} lost`]] : []),
      ...(sessions ? [['sessions', renderSessions(sessions)]] : []),
      [
        'counters',
        Object.entries(pool.counters)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ],
    ]),
    ...(pool.failure !== undefined || pool.suspendedFor > 0
      ? [
          `!! Processes fail to start${pool.suspendedFor > 0 ? `; the next attempt is in ${formatDuration(pool.suspendedFor)}` : ''}. ${pool.failure ?? ''}`.trimEnd(),
        ]
      : []),
    ...(engine.opencode.misfit === undefined || engine.mode === 'plain' ? [] : [`!! ${engine.opencode.misfit}.`]),
    ...(audit?.fault === undefined ? [] : [`!! The audit cannot be written; answers go on: ${audit.fault}`]),
    ...(ledger?.fault === undefined ? [] : [`!! The ledger cannot be written; answers go on: ${ledger.fault}`]),
    ...(engine.fault === undefined ? [] : [`!! ${engine.fault}`]),
    ...(engine.processes.length > 0
      ? [
          formatTable([
            ['PID', 'STATE', 'REQUESTS', 'AGE', 'MEMORY'],
            ...engine.processes.map(({ pid, state, requests, age, memory }) => [
              String(pid),
              state,
              String(requests),
              formatDuration(age),
              formatBytes(memory),
            ]),
          ]),
        ]
      : []),
    ...(requests.inFlight.length > 0
      ? [
          formatTable([
            ['REQUEST', 'MODEL', 'AGE', 'STREAMED'],
            ...requests.inFlight.map(({ id, model, age, stream }) => [id, model, formatDuration(age), stream ? 'yes' : 'no']),
          ]),
        ]
      : []),
  ]
  return `${sections.join('\n\n')}\n`
}

function renderSessions({ pid, state, age, memory, sessions, answering }: NonNullable<DaemonStatus['sessions']>): string {
  return `${sessions}, ${answering} answering (pid ${pid ?? '-'}, ${state}, up ${formatDuration(age)}, ${formatBytes(memory)})`
}

/** How many requests took each way to their provider. */
export function renderLanes(lanes: Record<string, number>): string {
  return Object.entries(lanes)
    .map(([lane, count]) => `${count} ${lane}`)
    .join(', ')
}
