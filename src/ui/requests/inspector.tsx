import { live } from '../live/connection.ts'
import { useLoaded } from '../live/loaded.ts'
import { compact, moment, money, NOTHING } from '../parts/format.ts'
import { Icon } from '../parts/icon.tsx'
import { ModelName } from '../parts/small.tsx'
import { Conversation } from './conversation.tsx'
import type { Entry, EntryPage, Known } from './entry.ts'
import { Outcome } from './rows.tsx'
import { Waterfall } from './waterfall.tsx'

/** All that is known of one request: of the ledger, of the daemon's memory, and of the capture where that is on. */
export function Inspector({ id, onClose }: { id: string; onClose(): void }) {
  const written = live.ledger.value?.written ?? 0
  const rows = useLoaded<EntryPage>(`/v1/usage/requests?limit=20&request_id=${encodeURIComponent(id)}`, written)
  const known = useLoaded<Known>(`/v1/daemon/requests/${encodeURIComponent(id)}`, `${written} ${live.capture.value?.kept}`)
  const attempts = (rows.value.data?.data ?? []).toReversed()
  const last = attempts.find(({ final }) => final) ?? attempts.at(-1)
  const record = known.value.data?.record
  return (
    <aside class="inspector" aria-label="Request" onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <header class="inspector-head">
        <div>
          <h2>{last ? <ModelName id={last.model || last.model_asked} /> : 'Request'}</h2>
          <p class="muted mono id">{id}</p>
        </div>
        <button type="button" class="icon-button" aria-label="Close the inspector" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {!last ? (
        <p class="empty">{rows.value.loading ? 'Loading…' : 'The ledger has no such request: it runs still, or is too old.'}</p>
      ) : (
        <>
          <div class="tags">
            <Outcome entry={last} />
            {last.engine && <span class="tag">{last.engine}</span>}
            {last.lane && <span class="tag">{last.lane}</span>}
            {last.format && <span class="tag">{last.format}</span>}
          </div>
          {record?.advice && <p class="advice">{record.advice}</p>}
          <h3>Timing</h3>
          <Waterfall queued={last.queued_ms} firstToken={last.first_token_ms} duration={last.duration_ms} />
          <h3>Tokens and cost</h3>
          <Facts entry={last} />
          {attempts.length > 1 && (
            <>
              <h3>Attempts</h3>
              <ol class="attempts">
                {attempts.map((attempt) => (
                  <li key={attempt.id}>
                    <ModelName id={attempt.model} /> <Outcome entry={attempt} />
                    {attempt.retries > 0 && <span class="muted"> repeated {attempt.retries}×</span>}
                  </li>
                ))}
              </ol>
            </>
          )}
          {record && (record.ignored.length > 0 || record.adjusted.length > 0) && (
            <>
              <h3>Told by headers</h3>
              <Told name="x-bridge-ignored" values={record.ignored} />
              <Told name="x-bridge-adjusted" values={record.adjusted} />
            </>
          )}
          <h3>Prompt and answer</h3>
          <Conversation said={known.value.data?.capture} />
        </>
      )}
    </aside>
  )
}

function Facts({ entry }: { entry: Entry }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Input', `${compact(entry.input_tokens)}${entry.cached_input_tokens > 0 ? `, ${compact(entry.cached_input_tokens)} cached` : ''}`],
    ['Output', `${compact(entry.output_tokens)}${entry.reasoning_tokens > 0 ? `, ${compact(entry.reasoning_tokens)} reasoning` : ''}`],
    ['Cost', `${money(entry.cost)}${entry.billing ? ` (${entry.billing})` : ''}`],
    ['Usage', entry.usage_status],
    ['Calls', entry.retries > 0 ? `${entry.calls}, ${entry.retries} repeated` : String(entry.calls)],
    ['Asked for', entry.model_asked || NOTHING],
    ['Client', [entry.program, entry.key].filter(Boolean).join(', ') || NOTHING],
    ['Time', moment(Date.parse(entry.time))],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Told({ name, values }: { name: string; values: readonly string[] }) {
  if (values.length === 0) return null
  return (
    <p class="told">
      <code>{name}</code>
      {values.map((value) => (
        <span class="tag warn" key={value}>
          {value}
        </span>
      ))}
    </p>
  )
}
