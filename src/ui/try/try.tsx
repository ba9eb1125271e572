import { useEffect } from 'preact/hooks'
import { useSignal } from '@preact/signals'
import { live } from '../live/connection.ts'
import { useLoaded } from '../live/loaded.ts'
import { chat, lanesShown } from './chat.ts'
import { CodePanel } from './code-panel.tsx'
import { Composer } from './composer.tsx'
import { Settings } from './settings.tsx'
import { Transcript } from './transcript.tsx'

export function Try() {
  const models = useLoaded<{ data: { id: string }[] }>('/v1/models', live.daemon.value?.models ?? 0)
  const names = models.value.data?.data.map(({ id }) => id) ?? []
  const showsCode = useSignal(false)
  const fallback = live.daemon.value?.default_model ?? names[0] ?? ''
  useEffect(() => {
    const [first, second] = chat.lanes
    if (first.model.value === '') first.model.value = fallback
    if (second.model.value === '') second.model.value = names.find((name) => name !== first.model.value) ?? fallback
  }, [fallback, names.length])
  return (
    <div class="try">
      <div class="chat">
        <div class={`transcripts ${chat.sideBySide.value ? 'two' : ''}`}>
          {lanesShown().map((lane, index) => (
            <Transcript key={index} lane={lane} names={names} number={index + 1} />
          ))}
        </div>
        <Composer />
      </div>
      <div class="try-side">
        <Settings onCode={() => (showsCode.value = !showsCode.value)} showsCode={showsCode.value} />
        {showsCode.value && <CodePanel />}
      </div>
    </div>
  )
}
