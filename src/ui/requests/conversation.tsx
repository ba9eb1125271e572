import { live } from '../live/connection.ts'
import { CodeBlock } from '../parts/small.tsx'
import type { Captured } from './entry.ts'

/** What was said, where it was captured. */
export function Conversation({ said: data }: { said: Captured | null | undefined }) {
  if (!data) {
    return (
      <p class="muted small">
        {live.capture.value?.on
          ? 'This one was asked before the capture was switched on, or is forgotten again.'
          : 'Not kept. Switch “Capture prompts” on to see those of the next hour.'}
      </p>
    )
  }
  return (
    <div class="captured">
      {data.cut && <p class="muted small">It is longer than what is kept.</p>}
      <CodeBlock label="Request" text={indented(data.request)} />
      {data.answers.map(({ text, reasoning, calls }, index) => (
        <div key={index}>
          {reasoning !== '' && <CodeBlock label="Reasoning" text={reasoning} />}
          {calls.map(({ name, arguments: given }, call) => (
            <CodeBlock key={call} label={`Calls ${name}`} text={indented(given)} />
          ))}
          {text !== '' && <CodeBlock label={data.answers.length > 1 ? `Answer ${index + 1}` : 'Answer'} text={text} />}
        </div>
      ))}
    </div>
  )
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
