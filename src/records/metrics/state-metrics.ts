import { Counter, Gauge, type Registry } from 'prom-client'

/** What the daemon tells of itself at the moment of a scrape. */
export interface DaemonState {
  version: string
  /** Unix time in milliseconds. */
  startedAt: number
  opencode: string
  ready: boolean
  plain: boolean
  inFlight: number
  /** Resident bytes of opencode's processes. */
  memory: number
  pool: {
    starting: number
    idle: number
    stopping: number
    acquired: number
    queued: number
    maxSize: number
    maxQueue: number
    counters: { created: number; failedStarts: number; waited: number; rejected: number; timedOut: number }
    exits: Record<string, number>
  }
  /** Processes with a request in them. */
  busy: number
  ledger?: { written: number; pending: number; lost: number; fault?: string }
}

interface Reading {
  name: string
  help: string
  read(state: DaemonState): number | [labels: Record<string, string>, value: number][]
}

const plain = ({ read, ...named }: Omit<Reading, 'read'> & { read(state: DaemonState): number | boolean }): Reading => ({
  ...named,
  read: (state) => Number(read(state)),
})

/** Where no books are kept there is nothing to tell of them. */
const ofLedger = (read: (ledger: NonNullable<DaemonState['ledger']>) => number): Reading['read'] => {
  return ({ ledger }) => (ledger === undefined ? [] : read(ledger))
}

const GAUGES: readonly Reading[] = [
  { name: 'build_info', help: 'Versions.', read: ({ version, opencode }) => [[{ version, opencode }, 1]] },
  plain({ name: 'ready', help: 'Whether a request would be served.', read: ({ ready }) => ready }),
  plain({ name: 'plain_mode', help: 'Whether prompts are flattened because the plugin does not work.', read: ({ plain: isPlain }) => isPlain }),
  plain({ name: 'requests_in_flight', help: 'Requests for an answer that run.', read: ({ inFlight }) => inFlight }),
  {
    name: 'processes',
    help: 'Processes of opencode by what they do.',
    read: ({ pool, busy }) =>
      Object.entries({ starting: pool.starting, idle: pool.idle, busy, stopping: pool.stopping }).map(([state, count]) => [{ state }, count]),
  },
  plain({ name: 'processes_max', help: 'Processes that there may be (maxSize).', read: ({ pool }) => pool.maxSize }),
  plain({ name: 'leases', help: 'Places in processes that requests have.', read: ({ pool }) => pool.acquired }),
  plain({ name: 'queue_length', help: 'Requests that wait for a process.', read: ({ pool }) => pool.queued }),
  plain({ name: 'queue_length_max', help: 'Requests that may wait (maxQueue).', read: ({ pool }) => pool.maxQueue }),
  plain({ name: 'processes_memory_bytes', help: 'Resident memory of all processes of opencode.', read: ({ memory }) => memory }),
  { name: 'ledger_pending_rows', help: 'Rows of the ledger that are not written yet.', read: ofLedger(({ pending }) => pending) },
  { name: 'ledger_up', help: 'Whether the ledger can be written.', read: ofLedger(({ fault }) => Number(fault === undefined)) },
]

const COUNTERS: readonly Reading[] = [
  plain({ name: 'process_starts_total', help: 'Processes of opencode that were started.', read: ({ pool }) => pool.counters.created }),
  plain({ name: 'process_failed_starts_total', help: 'Processes that did not become ready.', read: ({ pool }) => pool.counters.failedStarts }),
  {
    name: 'process_exits_total',
    help: 'Processes that are gone, by why.',
    read: ({ pool }) => Object.entries(pool.exits).map(([reason, count]) => [{ reason }, count]),
  },
  plain({ name: 'queue_waits_total', help: 'Requests that found no place at once.', read: ({ pool }) => pool.counters.waited }),
  plain({ name: 'queue_rejections_total', help: 'Requests for which there was no room in the queue.', read: ({ pool }) => pool.counters.rejected }),
  plain({ name: 'queue_timeouts_total', help: 'Requests that waited too long for a process.', read: ({ pool }) => pool.counters.timedOut }),
  { name: 'ledger_rows_total', help: 'Rows of the ledger that were written.', read: ofLedger(({ written }) => written) },
  { name: 'ledger_lost_rows_total', help: 'Rows of the ledger that could not be written.', read: ofLedger(({ lost }) => lost) },
]

/** The usual names of what every process tells of itself. */
const PROCESS_GAUGES: readonly Reading[] = [
  plain({ name: 'process_resident_memory_bytes', help: 'Resident memory of the daemon.', read: () => process.memoryUsage.rss() }),
  plain({ name: 'process_start_time_seconds', help: 'Unix time of the start of the daemon.', read: ({ startedAt }) => startedAt / 1000 }),
]
const PROCESS_COUNTERS: readonly Reading[] = [
  plain({ name: 'process_cpu_seconds_total', help: 'CPU time of the daemon.', read: () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 }),
]

/** Registers what is read at each scrape; `show` is to be called before. */
export function stateMetrics(registry: Registry): { show(state: DaemonState): void } {
  const registers = [registry]
  const own = (readings: readonly Reading[]) => readings.map((reading) => ({ ...reading, name: `opencode_bridge_${reading.name}` }))
  const metrics = [
    ...[...own(GAUGES), ...PROCESS_GAUGES].map(({ read, ...named }) => ({ read, metric: new Gauge({ ...named, labelNames: LABELS, registers }) })),
    ...[...own(COUNTERS), ...PROCESS_COUNTERS].map(({ read, ...named }) => ({ read, metric: new Counter({ ...named, labelNames: LABELS, registers }) })),
  ]
  return {
    show: (state) => {
      for (const { read, metric } of metrics) {
        const value = read(state)
        metric.reset()
        for (const [labels, count] of typeof value === 'number' ? ([[{}, value]] as const) : value) metric.inc(labels, count)
      }
    },
  }
}

const LABELS = ['version', 'opencode', 'state', 'reason']
