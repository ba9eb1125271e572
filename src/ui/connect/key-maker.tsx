import { useSignal } from '@preact/signals'
import { sendJson } from '../live/api.ts'
import { attempt } from '../live/connection.ts'
import { CodeBlock, Panel } from '../parts/small.tsx'

/** A key for the tool, shown once. */
export function KeyMaker({ possible }: { possible: boolean }) {
  const name = useSignal('')
  const made = useSignal('')
  return (
    <Panel title="Key">
      <div class="connection">
        {possible ? (
          <form
            class="key-form"
            onSubmit={async (event) => {
              event.preventDefault()
              const answer = await attempt(() => sendJson<{ key: string }>('POST', '/v1/daemon/keys', { name: name.value.trim() }))
              if (answer) made.value = answer.key
            }}
          >
            <label class="field">
              <span>Whose key it is, in the books</span>
              <input value={name.value} required pattern="[\w.@\-]{1,64}" placeholder="laptop" onInput={(event) => (name.value = event.currentTarget.value)} />
            </label>
            <button type="submit" class="button primary">
              Make a key
            </button>
          </form>
        ) : (
          <p class="hint">
            The tools read the key from the variable below: a key of the daemon’s configuration, or its password. With the setting <code>managedKeys</code> each
            tool can have its own.
          </p>
        )}
        {(made.value !== '' || !possible) && (
          <CodeBlock label={made.value === '' ? 'In the shell of the tool' : 'Shown this once'} text={`export OPENCODE_BRIDGE_API_KEY=${made.value || '…'}`} />
        )}
      </div>
    </Panel>
  )
}
