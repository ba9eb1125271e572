import { useSignal } from '@preact/signals'
import { key, takeKey } from '../live/api.ts'
import { Icon } from '../parts/icon.tsx'

/** Asks for what the daemon asks for. */
export function KeyDialog() {
  const given = useSignal('')
  return (
    <main class="key-page">
      <form
        class="key-card"
        onSubmit={(event) => {
          event.preventDefault()
          takeKey(given.value)
        }}
      >
        <span class="brand-mark" aria-hidden="true">
          <Icon name="bridge" />
        </span>
        <h1>opencode-bridge</h1>
        <p class="muted" id="key-hint">
          This daemon asks for a key: one of its configuration, its password, or one of <code>ocb key create</code>. It stays in this tab.
        </p>
        <label class="field">
          <span>Key</span>
          <input
            type="password"
            autoComplete="current-password"
            aria-describedby="key-hint"
            required
            // The only thing that can be done here.
            autoFocus
            value={given.value}
            onInput={(event) => (given.value = event.currentTarget.value)}
          />
        </label>
        {key.value !== '' && (
          <p class="text-bad" role="alert">
            The daemon does not know the key that was given.
          </p>
        )}
        <button class="button primary" type="submit">
          Continue
        </button>
      </form>
    </main>
  )
}
