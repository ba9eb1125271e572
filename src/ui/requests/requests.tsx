import { useSignal } from '@preact/signals'
import { live } from '../live/connection.ts'
import { useLoaded } from '../live/loaded.ts'
import { useSlowly } from '../live/slowly.ts'
import { Icon } from '../parts/icon.tsx'
import { go, place } from '../shell/place.ts'
import { CaptureSwitch } from './capture-switch.tsx'
import type { EntryPage } from './entry.ts'
import { Filters, type FilterValues, toQuery } from './filters.tsx'
import { Inspector } from './inspector.tsx'
import { Rows } from './rows.tsx'

/** Rows of a page. However many there are, the page holds no others. */
const LIMIT = 50

const REFRESH = 2000

export function Requests() {
  const filters = useSignal<FilterValues>({})
  /** The last row of each page before the one that is shown. */
  const befores = useSignal<readonly string[]>([])
  const before = befores.value.at(-1)
  const written = useSlowly(live.ledger, REFRESH).value?.written ?? 0
  // Older pages stay as they are.
  const version = before === undefined ? written : 0
  const query = `${toQuery(filters.value)}${before === undefined ? '' : `&before=${encodeURIComponent(before)}`}`
  const page = useLoaded<EntryPage>(`/v1/usage/requests?limit=${LIMIT}${query}`, version)
  const { data, absent, error } = page.value
  const { item } = place.value
  if (absent)
    return (
      <p class="empty">
        This daemon keeps no books: the setting <code>ledger</code> is off.
      </p>
    )
  return (
    <>
      <div class="toolbar">
        <Filters
          values={filters.value}
          onChange={(values) => {
            filters.value = values
            befores.value = []
          }}
        />
        <CaptureSwitch />
      </div>
      <div class={item === '' ? 'inspected' : 'inspected open'}>
        <section class="panel" aria-label="Ledger">
          <Rows entries={data?.data ?? []} chosen={item} empty={error ?? (data ? 'No request is like that.' : 'Loading…')} />
          <footer class="pager">
            <button type="button" class="button small" disabled={befores.value.length === 0} onClick={() => (befores.value = befores.value.slice(0, -1))}>
              <Icon name="left" />
              Newer
            </button>
            <span class="muted" role="status">
              Page {befores.value.length + 1}
            </span>
            <button
              type="button"
              class="button small"
              disabled={!data?.has_more}
              onClick={() => {
                if (data?.last_id) befores.value = [...befores.value, data.last_id]
              }}
            >
              Older
              <Icon name="right" />
            </button>
          </footer>
        </section>
        {item !== '' && <Inspector key={item} id={item} onClose={() => go('requests')} />}
      </div>
    </>
  )
}
