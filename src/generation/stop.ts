import type { AnswerEvent } from '../core/answer-event.ts'
import type { Usage } from '../core/usage.ts'
import type { Adaption } from './adaption.ts'
import { StopFilter } from './stop-filter.ts'

export interface StopOptions {
  /** Reads the answer to its end for its usage, because it is complete when its text arrives. */
  drain: boolean
}

/** Applies `parameters.stop` to the text that clients see, and keeps it from the provider. */
export function enforceStop({ drain }: StopOptions): Adaption {
  return (run) => (prompt) => {
    const { stop = [], ...parameters } = prompt.parameters
    const sequences = stop.filter((sequence) => sequence !== '')
    const events = run({ ...prompt, parameters })
    return sequences.length === 0 ? events : cutEvents(events, new StopFilter(sequences), drain)
  }
}

async function* cutEvents(events: AsyncIterable<AnswerEvent>, filter: StopFilter, drain: boolean): AsyncGenerator<AnswerEvent> {
  let usage: Usage | undefined
  for await (const event of events) {
    if (filter.matched !== undefined) {
      if (event.type !== 'finish') continue
      usage = event.usage
      break
    }
    if (event.type === 'text-delta') {
      yield* textDelta(filter.push(event.text))
      if (filter.matched !== undefined && !drain) break
      continue
    }
    if (endsText(event)) yield* textDelta(filter.flush())
    yield event
    if (event.type === 'finish') return
  }
  // After the loop, so that the model is no longer writing when the client reads the end.
  if (filter.matched !== undefined) yield { type: 'finish', reason: 'stop', usage, stopSequence: filter.matched }
}

/** Whether no more of the text before it can follow. */
function endsText(event: AnswerEvent): boolean {
  return event.type === 'finish' || event.type === 'tool-call-start' || event.type === 'refusal-delta' || (event.type === 'part-token' && event.part === 'text')
}

function* textDelta(text: string): Generator<AnswerEvent> {
  if (text !== '') yield { type: 'text-delta', text }
}
