import { useEffect } from 'preact/hooks'
import { Connect } from '../connect/connect.tsx'
import { link } from '../live/connection.ts'
import { keyWanted } from '../live/api.ts'
import { Log } from '../log/log.tsx'
import { Now } from '../now/now.tsx'
import { Requests } from '../requests/requests.tsx'
import { Try } from '../try/try.tsx'
import { Usage } from '../usage/usage.tsx'
import { Banners } from './banners.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { followKeys } from './keys.ts'
import { Navigation } from './navigation.tsx'
import { place, type Section } from './place.ts'

const PAGES: Record<Section, { title: string; page: () => preact.JSX.Element }> = {
  now: { title: 'Now', page: Now },
  usage: { title: 'Usage', page: Usage },
  requests: { title: 'Requests', page: Requests },
  try: { title: 'Try', page: Try },
  connect: { title: 'Connect', page: Connect },
  log: { title: 'Log', page: Log },
}

/** What only those see who run the daemon. */
const OPERATORS_ONLY: ReadonlySet<Section> = new Set(['now', 'log'])

export function App() {
  useEffect(followKeys, [])
  const { section } = place.value
  const { title, page: Page } = PAGES[section]
  useEffect(() => void (document.title = `${title} · opencode-bridge`), [title])
  if (keyWanted.value) return <KeyDialog />
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Navigation />
      <main id="main" tabIndex={-1} class={`page page-${section}`}>
        <Banners />
        <h1 class="page-title">{title}</h1>
        {link.value === 'refused' && OPERATORS_ONLY.has(section) ? (
          <p class="empty">This is for whoever runs the daemon. Your key is a client’s: Usage and Requests show what was asked with it.</p>
        ) : (
          <Page />
        )}
      </main>
    </div>
  )
}
