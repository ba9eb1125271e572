import { attempt, link, live, notice } from '../live/connection.ts'
import { sendJson } from '../live/api.ts'
import { now } from '../live/clock.ts'
import { age } from '../parts/format.ts'
import { Icon } from '../parts/icon.tsx'

/** What must not be overlooked, whatever section is shown. */
export function Banners() {
  const engine = live.engine.value
  const ledger = live.ledger.value
  const capture = live.capture.value
  return (
    <div class="banners" aria-live="polite">
      {link.value === 'lost' && (
        <Banner tone="warn" title="The daemon does not answer." text="What is shown is what it said last; the page goes on by itself once it is back." />
      )}
      {engine?.mode === 'plain' && (
        <Banner
          tone="bad"
          title="Plain mode: prompts are flattened, tools and parameters are lost."
          text={engine.degraded ?? 'The plugin could not be loaded.'}
        />
      )}
      {engine?.opencode.misfit && <Banner tone="bad" title={`opencode ${engine.opencode.version} is not supported.`} text={engine.opencode.misfit} />}
      {engine?.pool.failure && <Banner tone="bad" title="Processes fail to start." text={engine.pool.failure} />}
      {engine?.fault && <Banner tone="warn" title="opencode’s configuration could not be read again." text={engine.fault} />}
      {engine?.pool.draining && <Banner tone="warn" title="The daemon is about to stop." text="Running requests end, new ones are refused." />}
      {ledger?.fault && <Banner tone="warn" title="The ledger cannot be written; answers go on." text={ledger.fault} />}
      {capture?.on && (
        <Banner
          tone="accent"
          title="Prompts and answers are being captured."
          text={`In memory only, ${capture.kept} kept${capture.until ? `, for another ${age(capture.until - now.value)}` : ''}.`}
          action={{ label: 'Switch off and forget', run: () => sendJson('POST', '/v1/daemon/capture', { on: false }) }}
        />
      )}
      {notice.value !== '' && <Banner tone="bad" title="That did not work." text={notice.value} action={{ label: 'Dismiss', run: async () => undefined }} />}
    </div>
  )
}

interface BannerProps {
  tone: 'bad' | 'warn' | 'accent'
  title: string
  text: string
  action?: { label: string; run(): Promise<unknown> }
}

function Banner({ tone, title, text, action }: BannerProps) {
  return (
    <div class={`banner ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={tone === 'accent' ? 'record' : 'alert'} />
      <p>
        <strong>{title}</strong> {text}
      </p>
      {action && (
        <button type="button" class="button small" onClick={() => void attempt(action.run)}>
          {action.label}
        </button>
      )}
    </div>
  )
}
