import { BridgeError } from '../core/errors.ts'
import type { DaemonState } from '../records/metrics/state-metrics.ts'
import type { AppOptions } from './app-options.ts'
import type { Route } from './route.ts'

export type MetricsRouteOptions = Pick<AppOptions, 'books' | 'engine' | 'instance' | 'metrics' | 'recorder'>

/** What the daemon does and did, for Prometheus. */
export function metricsRoutes(options: MetricsRouteOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/metrics',
      summary: 'Gives counters and histograms in Prometheus’ text format',
      tag: 'Bridge',
      auth: true,
      answers: ['text/plain'],
      handler: () => scrape(options),
    },
  ]
}

async function scrape(options: MetricsRouteOptions): Promise<Response> {
  const { metrics } = options
  if (metrics === undefined) throw new BridgeError('This daemon offers no metrics (metrics).', { code: 'unsupported_value', status: 404 })
  return new Response(await metrics.text(await readState(options)), { headers: { 'content-type': metrics.contentType } })
}

async function readState({ books, engine, instance, recorder }: MetricsRouteOptions): Promise<DaemonState> {
  const { mode, opencode, pool, processes, ready } = await engine.status()
  return {
    version: instance.version,
    startedAt: instance.startedAt,
    opencode: opencode.version,
    ready,
    plain: mode === 'plain',
    inFlight: recorder.counts().inFlight.length,
    memory: processes.reduce((sum, { memory = 0 }) => sum + memory, 0),
    busy: processes.filter(({ state, requests }) => state !== 'stopping' && requests > 0).length,
    pool,
    ...(books && { ledger: books.status() }),
  }
}
