import { OPENAI_HINTS } from '../openai-parameters.ts'
import { tellable, unknownFields } from '../unread-fields.ts'
import { foreignText } from './foreign-items.ts'
import type { InputItem } from './item-schema.ts'
import { ENCRYPTED, LOGPROBS } from './parameters.ts'
import { requestSchema, type ResponsesRequest } from './schema.ts'

/** What OpenAI documents for `include` and is not to be had here: it adds to what is told of an answer and changes none. */
const EXTRAS = [
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
  'file_search_call.results',
  'message.input_image.image_url',
  'web_search_call.action.sources',
  'web_search_call.results',
]

/** Those of them that no answer depends on. */
export const hints: readonly string[] = [...OPENAI_HINTS, ...EXTRAS.map(included)]

/** What a request asks for that a prompt has no place for. */
export function unreadFields(
  request: ResponsesRequest,
  body: Record<string, unknown>,
  items: readonly InputItem[],
  leftOutTools: readonly string[],
): string[] {
  const lost = items.flatMap((item) => (item.type === 'foreign' && foreignText(item) === undefined ? [item.value.type] : []))
  return [
    // The response repeats the hints, so the schema has them.
    ...tellable(unknownFields(body, requestSchema, OPENAI_HINTS)),
    ...tellable((request.include ?? []).filter((extra) => extra !== LOGPROBS && extra !== ENCRYPTED)).map(included),
    // The other value is what happens anyway: a prompt that is too long fails.
    ...(request.truncation === 'auto' ? ['truncation'] : []),
    ...tellable(leftOutTools).map((type) => `tools.${type}`),
    ...tellable(lost).map((type) => `input.${type}`),
    ...(items.some(asksForDetail) ? ['input.content.detail'] : []),
  ]
}

function included(extra: string): string {
  return `include.${extra}`
}

function asksForDetail(item: InputItem): boolean {
  return (
    item.type === 'message' &&
    Array.isArray(item.content) &&
    item.content.some((part) => part.type === 'input_image' && (part.detail ?? 'auto') !== 'auto')
  )
}
