import { compact, milliseconds, moment, money } from '../parts/format.ts'
import { ModelName } from '../parts/small.tsx'
import { addressOf } from '../shell/place.ts'
import type { Entry } from './entry.ts'

export function Rows({ entries, chosen, empty }: { entries: readonly Entry[]; chosen: string; empty: string }) {
  if (entries.length === 0) return <p class="empty">{empty}</p>
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Requests">
      <table class="table ledger">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Model</th>
            <th scope="col">Client</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="number">
              In
            </th>
            <th scope="col" class="number">
              Out
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col" class="number">
              First token
            </th>
            <th scope="col" class="number">
              Duration
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} aria-selected={entry.request_id === chosen} class={entry.request_id === chosen ? 'chosen' : ''}>
              <td class="nowrap">
                <a class="row-link" href={addressOf('requests', entry.request_id)} aria-label={`Inspect the request of ${moment(Date.parse(entry.time))}`}>
                  {moment(Date.parse(entry.time))}
                </a>
              </td>
              <td>
                <ModelName id={entry.model || entry.model_asked} />
                {!entry.final && <span class="tag">earlier attempt</span>}
              </td>
              <td>
                {entry.program || 'unknown'}
                {entry.key && entry.key !== 'open' && <span class="muted"> {entry.key}</span>}
              </td>
              <td>
                <Outcome entry={entry} />
              </td>
              <td class="number">{compact(entry.input_tokens)}</td>
              <td class="number">{compact(entry.output_tokens)}</td>
              <td class="number">{money(entry.cost)}</td>
              <td class="number">{milliseconds(entry.first_token_ms)}</td>
              <td class="number">{milliseconds(entry.duration_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const TONES: Record<string, string> = { finished: 'good', cancelled: '', timeout: 'bad', error: 'bad' }

export function Outcome({ entry: { outcome, error, status } }: { entry: Pick<Entry, 'outcome' | 'error' | 'status'> }) {
  return <span class={`tag ${TONES[outcome] ?? ''}`}>{error === '' ? outcome : `${status} ${error}`}</span>
}
