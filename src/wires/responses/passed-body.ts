import { changeField, changesOf } from '../../core/change-list.ts'
import { without } from '../../core/json-value.ts'

type Json = Record<string, unknown>

/** Takes out of the input what OpenAI's own package adds to items when it reads them for its caller. */
export function withoutParsed(body: Readonly<Json>): Json {
  return changesOf(body, 'input', (item) => [changeField(without(item, ['parsed_arguments']), 'content', (part) => [without(part, ['parsed'])])])
}
