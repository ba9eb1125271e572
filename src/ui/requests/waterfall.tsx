import { milliseconds } from '../parts/format.ts'

/** Where the time of a request went. All in milliseconds. */
export function Waterfall({ queued, firstToken, duration }: { queued: number | null; firstToken: number | null; duration: number }) {
  const placed = Math.min(queued ?? 0, duration)
  const first = Math.min(Math.max(firstToken ?? duration, placed), duration)
  const spans = [
    { name: 'Waited for a place', tone: 'queued', from: 0, to: placed },
    { name: firstToken === null ? 'Asked, no answer' : 'To the first token', tone: 'asked', from: placed, to: first },
    ...(firstToken === null ? [] : [{ name: 'Answer', tone: 'answer', from: first, to: duration }]),
  ]
  return (
    <ol class="waterfall">
      {spans.map(({ name, tone, from, to }) => (
        <li key={name}>
          <span>{name}</span>
          <span class="waterfall-track" aria-hidden="true">
            <span class={`span-${tone}`} style={{ left: `${share(from, duration)}%`, width: `${Math.max(0.8, share(to - from, duration))}%` }} />
          </span>
          <span class="number">{milliseconds(to - from)}</span>
        </li>
      ))}
      <li class="waterfall-sum">
        <span>All</span>
        <span />
        <span class="number">{milliseconds(duration)}</span>
      </li>
    </ol>
  )
}

function share(part: number, whole: number): number {
  return whole > 0 ? (part / whole) * 100 : 0
}
