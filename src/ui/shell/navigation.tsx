import { link, live } from '../live/connection.ts'
import { key, takeKey } from '../live/api.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { addressOf, place, SECTIONS, type Section } from './place.ts'
import { nextTheme, theme } from './theme.ts'

const ENTRIES: Record<Section, { title: string; icon: IconName }> = {
  now: { title: 'Now', icon: 'activity' },
  usage: { title: 'Usage', icon: 'chart' },
  requests: { title: 'Requests', icon: 'list' },
  try: { title: 'Try', icon: 'chat' },
  connect: { title: 'Connect', icon: 'plug' },
  log: { title: 'Log', icon: 'terminal' },
}

const LINKS = { connecting: 'Connecting', live: 'Live', lost: 'Reconnecting', refused: 'Connected' } as const

export function Navigation() {
  const running = live.counts.value?.in_flight ?? 0
  return (
    <nav class="nav" aria-label="Sections">
      <div class="brand">
        <span class="brand-mark" aria-hidden="true">
          <Icon name="bridge" />
        </span>
        <span class="brand-name">opencode-bridge</span>
      </div>
      <ul class="nav-list">
        {SECTIONS.map((section, index) => (
          <li key={section}>
            <a
              href={addressOf(section)}
              class="nav-link"
              aria-current={place.value.section === section ? 'page' : undefined}
              aria-keyshortcuts={String(index + 1)}
            >
              <Icon name={ENTRIES[section].icon} />
              <span>{ENTRIES[section].title}</span>
              {section === 'now' && running > 0 ? <span class="nav-count">{running}</span> : <kbd class="nav-key">{index + 1}</kbd>}
            </a>
          </li>
        ))}
      </ul>
      <div class="nav-foot">
        <p class={`link-state link-${link.value}`} role="status">
          <span class="dot" aria-hidden="true" />
          <span>{LINKS[link.value]}</span>
          {live.daemon.value && <span class="version">v{live.daemon.value.version}</span>}
        </p>
        <div class="nav-actions">
          <button type="button" class="icon-button" onClick={nextTheme} aria-label={`Theme: ${theme.value}. Change it`} title={`Theme: ${theme.value}`}>
            <Icon name={theme.value === 'dark' ? 'moon' : theme.value === 'light' ? 'sun' : 'contrast'} />
          </button>
          <a class="icon-button" href="/docs" aria-label="Reference of the API" title="Reference of the API">
            <Icon name="book" />
          </a>
          {key.value !== '' && (
            <button
              type="button"
              class="icon-button"
              aria-label="Forget the key"
              title="Forget the key"
              onClick={() => {
                takeKey('')
                location.reload()
              }}
            >
              <Icon name="key" />
            </button>
          )}
        </div>
      </div>
    </nav>
  )
}
