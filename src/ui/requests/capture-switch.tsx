import { attempt, live } from '../live/connection.ts'
import { sendJson } from '../live/api.ts'
import { Icon } from '../parts/icon.tsx'

/** Prompts and answers are kept only while this is on. */
export function CaptureSwitch() {
  const capture = live.capture.value
  if (!capture) return null
  return (
    <button
      type="button"
      class={`button small ${capture.on ? 'primary' : ''}`}
      role="switch"
      aria-checked={capture.on}
      title="Keeps prompts and answers in memory for an hour, never on disk"
      onClick={() => void attempt(() => sendJson('POST', '/v1/daemon/capture', { on: !capture.on }))}
    >
      <Icon name="record" />
      Capture prompts
    </button>
  )
}
