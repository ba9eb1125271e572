import { live } from '../live/connection.ts'
import { compact, money } from '../parts/format.ts'
import { Meter, Panel } from '../parts/small.tsx'

/** Nothing where the daemon has no limits. */
export function Limits() {
  const limits = live.limits.value ?? []
  if (limits.length === 0) return null
  return (
    <Panel title="Limits and quota">
      <div class="meters">
        {limits.map(({ name, what, window, used, limit }) => (
          <Meter
            key={`${name} ${what} ${window}`}
            label={[name, what, window && `a ${window}`].filter(Boolean).join(' ')}
            value={Number(used)}
            most={Number(limit)}
            text={`${amount(what, used)} of ${amount(what, limit)}`}
          />
        ))}
      </div>
    </Panel>
  )
}

function amount(what: string, value: string): string {
  return what === 'cost' ? money(value) : compact(Number(value))
}
