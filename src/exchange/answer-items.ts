import type { Fallback } from './fall-back.ts'
import type { Passed } from './pass-through.ts'
import type { ChoiceEvent } from './run-choices.ts'

/** A piece of one of the answers, or the news that another model is asked for all of them. */
export type AnswerItem = ChoiceEvent | Passed | Fallback
