import { now } from '../live/clock.ts'
import { live } from '../live/connection.ts'
import type { ProcessInfo } from '../live/types.ts'
import { age, bytes } from '../parts/format.ts'
import { Meter, Panel } from '../parts/small.tsx'

const STATES: Record<string, string> = { starting: 'starting', idle: 'idle', acquired: 'busy', retiring: 'retiring', stopping: 'stopping' }

export function Processes() {
  const processes = live.processes.value ?? []
  const { pool, last_start_ms } = live.engine.value!
  const memory = processes.reduce((sum, process) => sum + (process.memory ?? 0), 0)
  return (
    <Panel title="Processes" aside={<span class="muted">{bytes(memory)}</span>}>
      {processes.length === 0 ? (
        <p class="empty">
          No process runs; one is started for the next request
          {last_start_ms === null ? '' : `, which took ${(last_start_ms / 1000).toFixed(1)} s the last time`}.
        </p>
      ) : (
        <ul class="processes">
          {processes.map((process) => (
            <Process key={process.pid} process={process} />
          ))}
        </ul>
      )}
      {pool.max_queue > 0 && <Meter label="Queue" value={pool.queued} most={pool.max_queue} text={`${pool.queued} of ${pool.max_queue}`} />}
    </Panel>
  )
}

function Process({ process: { pid, state, requests, fresh, started_at, memory } }: { process: ProcessInfo }) {
  const name = STATES[state] ?? state
  return (
    <li>
      <span class={`process-dot state-${name}`} aria-hidden="true" />
      <span class="process-name">
        {name}
        {requests > 0 && <span class="muted"> {requests === 1 ? '1 request' : `${requests} requests`}</span>}
        {fresh && state === 'idle' && <span class="muted"> fresh</span>}
      </span>
      <span class="muted number">{bytes(memory)}</span>
      <span class="muted number">{age(now.value - started_at)}</span>
      <span class="muted number">pid {pid}</span>
    </li>
  )
}
