import { live, speed } from '../live/connection.ts'
import { compact } from '../parts/format.ts'
import { Figure } from '../parts/small.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { Faults } from './faults.tsx'
import { Processes } from './processes.tsx'
import { RunningRequests } from './running-requests.tsx'

/** What the daemon does at this moment. */
export function Now() {
  const counts = live.counts.value
  const engine = live.engine.value
  if (!counts || !engine) return <p class="empty">Waiting for the daemon…</p>
  const perSecond = (live.requests.value ?? []).reduce((sum, request) => sum + (request.tokens_per_second ?? 0), 0)
  const { pool } = engine
  return (
    <>
      <dl class="figures">
        <Figure
          label="In flight"
          value={counts.in_flight}
          more={pool.queued > 0 ? `${pool.queued} in the queue` : 'none waits'}
          tone={pool.queued > 0 ? 'warn' : undefined}
        />
        <div class="figure wide">
          <dt>Tokens per second</dt>
          <dd>
            <span class="figure-value">{compact(perSecond)}</span>
            <Sparkline values={speed.value} label="Tokens per second in the last two minutes" />
          </dd>
        </div>
        <Figure
          label="Processes"
          value={pool.idle + pool.busy > 0 || pool.starting > 0 ? `${live.processes.value?.length ?? 0}` : '0'}
          more={`${pool.idle} idle, ${pool.max_size} at most`}
          tone={engine.ready ? undefined : 'warn'}
        />
        <Figure label="Since the start" value={compact(counts.total)} more={<Outcomes failed={counts.failed} cancelled={counts.cancelled} />} />
        <Figure
          label="Engine"
          value={engine.name}
          more={`opencode ${engine.opencode.version}, ${engine.mode}`}
          tone={engine.mode === 'plain' ? 'bad' : undefined}
        />
      </dl>
      <RunningRequests />
      <div class="columns">
        <Processes />
        <Faults />
      </div>
    </>
  )
}

function Outcomes({ failed, cancelled }: { failed: number; cancelled: number }) {
  return (
    <>
      {failed > 0 ? <span class="text-bad">{failed} failed</span> : 'none failed'}
      {cancelled > 0 && `, ${cancelled} cancelled`}
    </>
  )
}
