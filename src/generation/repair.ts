import type { AnswerEvent } from '../core/answer-event.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Usage } from '../core/usage.ts'
import type { Run } from './adaption.ts'
import { objectTo } from './instruct.ts'

/** Turns the events of one answer into those that the client gets. */
export interface AnswerReader {
  read(event: AnswerEvent): Promise<AnswerEvent[]>
  /** Set when the answer is over and must be repaired; nothing of it has been passed on but reasoning. */
  readonly objection: Objection | undefined
}

export interface Objection {
  /** The text of the answer. */
  answer: string
  /** What is wrong with it, for the model. */
  message: string
  /** The same for logs and clients, without a word of the answer. */
  notice: string
  usage: Usage | undefined
}

export interface Attempt {
  /** True when an objection would help no more. */
  last: boolean
  /** What earlier attempts used. */
  usage: Usage | undefined
}

/** Runs the prompt and, if its reader objects to the answer, once more with the objection. */
export async function* withOneRepair(run: Run, prompt: Prompt, createReader: (attempt: Attempt) => AnswerReader): AsyncGenerator<AnswerEvent> {
  const reader = createReader({ last: false, usage: undefined })
  yield* readAnswer(run(prompt), reader)
  const { objection } = reader
  if (!objection) return
  yield { type: 'retry', attempt: 1, delay: 0, message: objection.notice }
  const messages = objectTo(prompt.messages, objection.answer, objection.message)
  yield* readAnswer(run({ ...prompt, messages }), createReader({ last: true, usage: objection.usage }))
}

async function* readAnswer(events: AsyncIterable<AnswerEvent>, reader: AnswerReader): AsyncGenerator<AnswerEvent> {
  for await (const event of events) {
    yield* await reader.read(event)
    if (event.type === 'finish') return
  }
}
