import { useLoaded } from '../live/loaded.ts'
import { compact, money, NOTHING, whole } from '../parts/format.ts'
import { ModelName, Panel } from '../parts/small.tsx'
import { amountOf, type Measure, type UsageFigures, type UsageReport } from './report.ts'

interface BreakdownProps {
  title: string
  by: 'model' | 'key' | 'program'
  period: string
  measure: Measure
  version: number
}

/** Rows of a breakdown. */
const MOST = 8

/** Who or what had how much of it, the most first. */
export function Breakdown({ title, by, period, measure, version }: BreakdownProps) {
  const { data, error } = useLoaded<UsageReport>(`/v1/usage?period=${period}&by=${by}`, version).value
  const groups = (data?.data ?? []).toSorted((one, other) => amountOf(other, measure) - amountOf(one, measure))
  const most = Math.max(1e-12, ...groups.map((group) => amountOf(group, measure)))
  return (
    <Panel
      title={title}
      aside={
        groups.length > MOST && (
          <span class="muted">
            the first {MOST} of {groups.length}
          </span>
        )
      }
    >
      {groups.length === 0 ? (
        <p class="empty">{error ?? 'Nothing yet.'}</p>
      ) : (
        <ul class="bars">
          {groups.slice(0, MOST).map((group) => (
            <li key={group[by]}>
              <span class="bar-name">{by === 'model' ? <ModelName id={group.model} /> : group[by] || NOTHING}</span>
              <span class="bar-value">{told(group, measure)}</span>
              <span class="bar-track" aria-hidden="true">
                <span style={{ width: `${(amountOf(group, measure) / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function told(figures: UsageFigures, measure: Measure): string {
  if (measure === 'cost') return money(figures.cost)
  return measure === 'tokens' ? compact(amountOf(figures, measure)) : whole(figures.requests)
}
