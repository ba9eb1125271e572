import { CallIds, type CallWords, givenId } from '../call-ids.ts'
import type { Content } from './schema.ts'
import { partsOf } from './turns.ts'

const WORDS: CallWords = { call: "'functionCall'", result: "'functionResponse'" }

/** Of the calls in a request. */
export function callIdsOf(contents: readonly Content[]): CallIds {
  return new CallIds(
    contents.flatMap((content) => partsOf(content).map(({ functionCall }) => functionCall?.id)),
    WORDS,
  )
}

/** See `givenId`. */
export function givenIdOf(result: { id?: string | null | undefined; name: string }, param: string): string {
  return givenId(result, `${param}.id`, WORDS)
}
