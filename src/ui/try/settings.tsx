import type { Signal } from '@preact/signals'
import { chat } from './chat.ts'

export function Settings({ onCode, showsCode }: { onCode(): void; showsCode: boolean }) {
  return (
    <section class="panel settings" aria-label="Parameters">
      <label class="check">
        <input type="checkbox" role="switch" checked={chat.sideBySide.value} onChange={(event) => (chat.sideBySide.value = event.currentTarget.checked)} />
        <span>Two models side by side</span>
      </label>
      <label class="field">
        <span>System prompt</span>
        <textarea rows={3} value={chat.system.value} onInput={(event) => (chat.system.value = event.currentTarget.value)} />
      </label>
      <div class="pair">
        <Number label="Temperature" value={chat.temperature} step="0.1" most="2" />
        <Number label="Most tokens" value={chat.maxTokens} step="1" />
      </div>
      <label class="field">
        <span>Tools, as JSON</span>
        <textarea
          class="mono"
          rows={4}
          spellcheck={false}
          placeholder={'[{"type": "function", "function": {…}}]'}
          value={chat.tools.value}
          aria-invalid={!isJson(chat.tools.value)}
          onInput={(event) => (chat.tools.value = event.currentTarget.value)}
        />
        {!isJson(chat.tools.value) && <small class="text-bad">This is no JSON.</small>}
      </label>
      <button type="button" class="button small" aria-expanded={showsCode} onClick={onCode}>
        {showsCode ? 'Hide the code' : 'The same as code'}
      </button>
    </section>
  )
}

function Number({ label, value, step, most }: { label: string; value: Signal<string>; step: string; most?: string }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min="0"
        max={most}
        step={step}
        placeholder="default"
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </label>
  )
}

export function isJson(text: string): boolean {
  if (text.trim() === '') return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
