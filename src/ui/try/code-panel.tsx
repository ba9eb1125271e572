import { useSignal } from '@preact/signals'
import { key } from '../live/api.ts'
import { Choice, CodeBlock } from '../parts/small.tsx'
import { chat, lanesShown, settingsOf } from './chat.ts'
import { codeFor, type Language } from './code.ts'
import { isJson } from './settings.tsx'
import { bodyOf, userTurn } from './turns.ts'

const LANGUAGES = [
  ['curl', 'curl'],
  ['python', 'Python'],
  ['typescript', 'TypeScript'],
] as const

/** The conversation and the draft, as a program would send them. */
export function CodePanel() {
  const language = useSignal<Language>('curl')
  const lane = lanesShown()[0]!
  const turns = lane.turns.value.filter(({ error }) => error === '')
  const draft = chat.draft.value.trim()
  const settings = settingsOf(lane)
  const asked =
    draft !== '' || turns.length === 0
      ? [...turns, userTurn(draft || 'Hello', chat.images.value)]
      : turns.slice(0, turns.findLastIndex(({ role }) => role === 'user') + 1)
  const body = bodyOf(isJson(settings.tools) ? settings : { ...settings, tools: '' }, asked)
  return (
    <section class="panel code-panel" aria-label="The same as code">
      <Choice label="Language" options={LANGUAGES} value={language.value} onChange={(value) => (language.value = value)} />
      <CodeBlock
        label={LANGUAGES.find(([name]) => name === language.value)![1]}
        text={codeFor(language.value, { origin: location.origin, body, needsKey: key.value !== '' })}
      />
    </section>
  )
}
