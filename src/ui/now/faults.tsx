import { live } from '../live/connection.ts'
import { moment } from '../parts/format.ts'
import { ModelName, Panel } from '../parts/small.tsx'
import { addressOf } from '../shell/place.ts'

/** Those of today and before, with what to do about them. */
export function Faults() {
  const faults = (live.errors.value ?? []).slice(0, 8)
  return (
    <Panel title="Last errors" aside={faults.length > 0 && <a href="#/requests">All requests</a>}>
      {faults.length === 0 ? (
        <p class="empty">Nothing has failed since the start.</p>
      ) : (
        <ol class="faults">
          {faults.map(({ request_id, time, code, status, model, advice }) => (
            <li key={`${request_id} ${time}`}>
              <p class="fault-head">
                <span class="tag bad">
                  {status} {code}
                </span>
                <ModelName id={model} />
                <a class="muted" href={addressOf('requests', request_id)}>
                  {moment(time)}
                </a>
              </p>
              <p class="fault-advice">{advice}</p>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}
