import { Histogram, Registry } from 'prom-client'
import type { PriceBook } from '../pricing/price-book.ts'
import type { RecordSink } from '../record.ts'
import { START_DURATION } from './buckets.ts'
import { requestMetrics } from './request-metrics.ts'
import { type DaemonState, stateMetrics } from './state-metrics.ts'

export interface MetricsOptions {
  isKnown(model: string): boolean
  prices: PriceBook
}

/** What the daemon does and did, for Prometheus. */
export interface Metrics {
  sink: RecordSink
  /** A request was turned away; of kinds there are only so many. */
  refuse(kind: string): void
  /** The start of a process took so long, in milliseconds. */
  started(stages: { hello: number; ready: number }): void
  /** In Prometheus' text format. */
  text(state: DaemonState): Promise<string>
  contentType: string
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const { refuse, ...sink } = requestMetrics({ registry, ...options })
  const starts = new Histogram({
    name: 'opencode_bridge_process_start_duration_seconds',
    help: 'Time until a process has loaded the plugin (hello) and until it may be used (ready).',
    labelNames: ['stage'],
    buckets: START_DURATION,
    registers: [registry],
  })
  const state = stateMetrics(registry)
  return {
    sink,
    refuse,
    started: ({ hello, ready }) => {
      starts.observe({ stage: 'hello' }, hello / 1000)
      starts.observe({ stage: 'ready' }, ready / 1000)
    },
    text: (current) => {
      state.show(current)
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
