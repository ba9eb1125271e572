import { useSignal } from '@preact/signals'
import { live } from '../live/connection.ts'
import { useLoaded } from '../live/loaded.ts'
import { CodeBlock, CopyButton, Panel } from '../parts/small.tsx'
import { addressOf, place } from '../shell/place.ts'
import { KeyMaker } from './key-maker.tsx'

interface Connections {
  needs_key: boolean
  makes_keys: boolean
  data: Connection[]
}

interface Connection {
  tool: string
  title: string
  files: { path: string; settings: string }[]
  text: string
}

const BASES = [
  ['OpenAI', '/v1'],
  ['Anthropic', ''],
  ['Google', ''],
] as const

export function Connect() {
  const model = useSignal('')
  const models = useLoaded<{ data: { id: string }[] }>('/v1/models', live.daemon.value?.models ?? 0)
  const platform = navigator.userAgent.includes('Mac') ? 'darwin' : 'linux'
  const loaded = useLoaded<Connections>(`/v1/daemon/connections?platform=${platform}${model.value === '' ? '' : `&model=${encodeURIComponent(model.value)}`}`)
  const { data, error } = loaded.value
  if (!data) return <p class="empty">{error ?? 'Loading…'}</p>
  const chosen = data.data.find(({ tool }) => tool === place.value.item) ?? data.data[0]!
  return (
    <>
      <dl class="bases">
        {BASES.map(([vendor, path]) => (
          <div key={vendor}>
            <dt>{vendor} base URL</dt>
            <dd>
              <code>{location.origin + path}</code>
              <CopyButton text={location.origin + path} label={`Copy`} />
            </dd>
          </div>
        ))}
      </dl>
      {data.needs_key ? (
        <KeyMaker possible={data.makes_keys} />
      ) : (
        <p class="hint">
          This daemon asks nobody on this machine for a key; where a tool insists on one, <code>no-key</code> will do.
        </p>
      )}
      <div class="connect">
        <nav class="tools" aria-label="Tools">
          {data.data.map(({ tool, title }) => (
            <a key={tool} href={addressOf('connect', tool)} aria-current={tool === chosen.tool ? 'true' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <Panel
          title={chosen.title}
          aside={
            <label class="field inline">
              <span class="hidden">Model</span>
              <select value={model.value} onChange={(event) => (model.value = event.currentTarget.value)}>
                <option value="">the default model</option>
                {models.value.data?.data.map(({ id }) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </select>
            </label>
          }
        >
          <div class="connection">
            {chosen.files.map(({ path, settings }) => (
              <CodeBlock key={path} label={path} text={settings.trim()} />
            ))}
            {chosen.text !== '' &&
              (chosen.files.length === 0 ? <CodeBlock label={chosen.title} text={chosen.text.trim()} /> : <p class="connection-text">{chosen.text}</p>)}
            <p class="muted small">
              Or, on the machine of the daemon:{' '}
              <code>
                ocb connect {chosen.tool}
                {chosen.files.length === 0 ? '' : ' --write'}
              </code>
            </p>
          </div>
        </Panel>
      </div>
    </>
  )
}
