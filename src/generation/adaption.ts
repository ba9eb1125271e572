import type { AnswerEvent } from '../core/answer-event.ts'
import type { Prompt } from '../core/prompt.ts'

/**
 * Runs one prompt. The stream ends with `finish` or throws a `BridgeError`; leaving it early ends the call to the
 * provider.
 */
export type Run = (prompt: Prompt) => AsyncIterable<AnswerEvent>

/** Gives a model something that its provider lacks: another way to run prompts, which uses the given one. */
export type Adaption = (run: Run) => Run
