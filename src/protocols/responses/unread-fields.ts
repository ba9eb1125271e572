import { OPENAI_HINTS } from '../openai-parameters.ts'
import { asksForSomething, leftOutFields, tellable } from '../unread-fields.ts'
import { foreignText } from './foreign-items.ts'
import type { DecodedTools } from './decode-tools.ts'
import type { InputItem } from './item-schema.ts'
import { ENCRYPTED, LOGPROBS } from './parameters.ts'
import type { ResponsesRequest } from './schema.ts'

/** What OpenAI documents for `include` and is not to be had here: it adds to what is told of an answer and changes none. */
const EXTRAS = [
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
  'file_search_call.results',
  'message.input_image.image_url',
  'web_search_call.action.sources',
  'web_search_call.results',
]

/** Whether the model must search for a tool, which finds all of them here. */
const DEFERRED = ['tools', 'tools.tools', 'input.tools', 'input.tools.tools'].map((place) => `${place}.defer_loading`)

/** Whether a message was said on the way or at the end, for OpenAI's newer models. */
const PHASE = 'input.phase'

/** Of texts that cited what a search found, which have the links, too. */
const CITATIONS = 'input.content.annotations'

/** Those of them that no answer depends on. */
export const hints: readonly string[] = [...OPENAI_HINTS, ...EXTRAS.map(included), ...DEFERRED, PHASE]

/** What a request asks for that a prompt has no place for. */
export function unreadFields(
  request: ResponsesRequest,
  body: Record<string, unknown>,
  items: readonly InputItem[],
  tools: Pick<DecodedTools, 'leftOut' | 'unread'> & { searches: boolean },
): string[] {
  // Of a search of the bridge's own, what came of it is in what was said next.
  const isOwn = (type: string) => tools.searches && type === 'web_search_call'
  const lost = items.flatMap((item) => (item.type === 'foreign' && foreignText(item) === undefined && !isOwn(item.value.type) ? [item.value.type] : []))
  return [
    // The response repeats the hints, so the schema has them.
    ...OPENAI_HINTS.filter((name) => asksForSomething(body[name])),
    ...tellable([
      ...leftOutFields(body, request),
      ...inputFields(body.input, items).filter((name) => !(tools.searches && name.startsWith(CITATIONS))),
      ...tools.unread,
    ]),
    ...tellable((request.include ?? []).filter((extra) => extra !== LOGPROBS && extra !== ENCRYPTED)).map(included),
    // The other value is what happens anyway: a prompt that is too long fails.
    ...(request.truncation === 'auto' ? ['truncation'] : []),
    // Thoughts of all turns are what goes through anyway.
    ...((request.reasoning?.context ?? 'all_turns') === 'all_turns' ? [] : ['reasoning.context']),
    ...tellable(tools.leftOut).map((type) => `tools.${type}`),
    ...tellable(lost).map((type) => `input.${type}`),
    ...(items.some(asksForDetail) ? ['input.content.detail'] : []),
  ]
}

/** Each item has a schema of its own; one that is foreign is told of, or named, as a whole. */
function inputFields(input: unknown, items: readonly InputItem[]): string[] {
  if (!Array.isArray(input)) return []
  return input.flatMap((sent: unknown, index) => (items[index]?.type === 'foreign' ? [] : leftOutFields(sent, items[index], 'input')))
}

function included(extra: string): string {
  return `include.${extra}`
}

function asksForDetail(item: InputItem): boolean {
  return (
    item.type === 'message' && Array.isArray(item.content) && item.content.some((part) => part.type === 'input_image' && (part.detail ?? 'auto') !== 'auto')
  )
}
