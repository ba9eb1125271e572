import { useSignal } from '@preact/signals'
import { download } from '../live/download.ts'
import { attempt, live } from '../live/connection.ts'
import { useLoaded } from '../live/loaded.ts'
import { useSlowly } from '../live/slowly.ts'
import { compact, milliseconds, money, whole } from '../parts/format.ts'
import { Choice, Figure, Panel } from '../parts/small.tsx'
import { Breakdown } from './breakdown.tsx'
import { DayChart } from './day-chart.tsx'
import { Latency } from './latency.tsx'
import { Limits } from './limits.tsx'
import type { LatencyReport, Measure, UsageReport } from './report.ts'

type Period = 'today' | 'month' | 'all'

const PERIODS = [
  ['today', 'Today'],
  ['month', 'This month'],
  ['all', 'All'],
] as const

const MEASURES = [
  ['cost', 'Cost'],
  ['tokens', 'Tokens'],
  ['requests', 'Requests'],
] as const

/** Sums are made by the daemon; these are asked for again as the ledger grows. */
const REFRESH = 5000

export function Usage() {
  const period = useSignal<Period>('month')
  const measure = useSignal<Measure>('cost')
  const version = useSlowly(live.ledger, REFRESH).value?.written ?? 0
  const days = useLoaded<UsageReport>(`/v1/usage?period=${period.value}&by=day,model`, version)
  const latency = useLoaded<LatencyReport>('/v1/usage/latency', version)
  const { data, absent, error } = days.value
  if (absent)
    return (
      <p class="empty">
        This daemon keeps no books: the setting <code>ledger</code> is off.
      </p>
    )
  if (!data) return <p class="empty">{error ?? 'Loading…'}</p>
  const { total } = data
  const times = latency.value.data?.total
  // What nobody has paid for would be an empty chart.
  const shown = measure.value === 'cost' && Number(total.cost ?? 0) === 0 ? 'tokens' : measure.value
  return (
    <>
      <div class="toolbar">
        <Choice label="Period" options={PERIODS} value={period.value} onChange={(value) => (period.value = value)} />
        <button type="button" class="button small quiet" onClick={() => void attempt(() => download('/v1/usage/export', 'ledger.csv'))}>
          Export CSV
        </button>
      </div>
      <dl class="figures">
        <Figure label="Cost" value={money(total.cost)} more={total.cost_complete ? 'all of it known' : 'some of it unknown'} />
        <Figure
          label="Requests"
          value={whole(total.requests)}
          more={total.failed > 0 ? <span class="text-bad">{whole(total.failed)} failed</span> : 'none failed'}
        />
        <Figure
          label="Input tokens"
          value={compact(total.input_tokens)}
          more={total.input_tokens > 0 ? `${Math.round((total.cached_input_tokens / total.input_tokens) * 100)} % from caches` : undefined}
        />
        <Figure
          label="Output tokens"
          value={compact(total.output_tokens)}
          more={total.reasoning_tokens > 0 ? `${compact(total.reasoning_tokens)} reasoning` : undefined}
        />
        <Figure label="First token" value={milliseconds(times?.p50_ms)} more={`p95 ${milliseconds(times?.p95_ms)}`} />
      </dl>
      <Panel title="By day" aside={<Choice label="Measure" options={MEASURES} value={shown} onChange={(value) => (measure.value = value)} />}>
        <DayChart report={data} measure={shown} />
      </Panel>
      <Limits />
      <div class="columns">
        <Breakdown title="By model" by="model" period={period.value} measure={shown} version={version} />
        <Breakdown title="By key" by="key" period={period.value} measure={shown} version={version} />
        <Breakdown title="By program" by="program" period={period.value} measure={shown} version={version} />
        <Latency report={latency.value.data} />
      </div>
    </>
  )
}
