import type { Responses } from 'openai/resources/responses/responses'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { ItemEventBody, JsonEvent, JsonItem, JsonResponse, JsonUsage } from '../../../src/protocols/responses/shapes.ts'
import { args, encoder, finish, parse, reasoning, start, stop, stream, text } from './stream.ts'

/** The `openai` package describes everything that its servers send; here our stream is held against that. */

type RequiredKeys<T> = { [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? never : K }[keyof T]
type Published<Type> = Extract<Responses.ResponseStreamEvent, { type: Type }>

/** The required fields of each event that we send; the compiler sees to it that none is missing or made up. */
const REQUIRED: { [Type in JsonEvent['type']]: Record<RequiredKeys<Published<Type>>, true> } = {
  'response.created': { type: true, sequence_number: true, response: true },
  'response.in_progress': { type: true, sequence_number: true, response: true },
  'response.completed': { type: true, sequence_number: true, response: true },
  'response.incomplete': { type: true, sequence_number: true, response: true },
  'response.failed': { type: true, sequence_number: true, response: true },
  error: { type: true, sequence_number: true, code: true, message: true, param: true },
  'response.output_item.added': { type: true, sequence_number: true, output_index: true, item: true },
  'response.output_item.done': { type: true, sequence_number: true, output_index: true, item: true },
  'response.content_part.added': { type: true, sequence_number: true, output_index: true, item_id: true, content_index: true, part: true },
  'response.content_part.done': { type: true, sequence_number: true, output_index: true, item_id: true, content_index: true, part: true },
  'response.output_text.delta': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    content_index: true,
    delta: true,
    logprobs: true,
  },
  'response.output_text.annotation.added': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    content_index: true,
    annotation_index: true,
    annotation: true,
  },
  'response.web_search_call.in_progress': { type: true, sequence_number: true, output_index: true, item_id: true },
  'response.web_search_call.searching': { type: true, sequence_number: true, output_index: true, item_id: true },
  'response.web_search_call.completed': { type: true, sequence_number: true, output_index: true, item_id: true },
  'response.output_text.done': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    content_index: true,
    text: true,
    logprobs: true,
  },
  'response.refusal.delta': { type: true, sequence_number: true, output_index: true, item_id: true, content_index: true, delta: true },
  'response.refusal.done': { type: true, sequence_number: true, output_index: true, item_id: true, content_index: true, refusal: true },
  'response.reasoning_summary_part.added': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    summary_index: true,
    part: true,
  },
  'response.reasoning_summary_part.done': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    summary_index: true,
    part: true,
  },
  'response.reasoning_summary_text.delta': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    summary_index: true,
    delta: true,
  },
  'response.reasoning_summary_text.done': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    summary_index: true,
    text: true,
  },
  'response.function_call_arguments.delta': { type: true, sequence_number: true, output_index: true, item_id: true, delta: true },
  'response.function_call_arguments.done': {
    type: true,
    sequence_number: true,
    output_index: true,
    item_id: true,
    name: true,
    arguments: true,
  },
  'response.custom_tool_call_input.delta': { type: true, sequence_number: true, output_index: true, item_id: true, delta: true },
  'response.custom_tool_call_input.done': { type: true, sequence_number: true, output_index: true, item_id: true, input: true },
}

/** `output_text` is the SDK's own. */
const REQUIRED_OF_RESPONSE: Record<Exclude<RequiredKeys<Responses.Response>, 'output_text'>, true> = {
  id: true,
  created_at: true,
  error: true,
  incomplete_details: true,
  instructions: true,
  metadata: true,
  model: true,
  object: true,
  output: true,
  parallel_tool_calls: true,
  temperature: true,
  tool_choice: true,
  tools: true,
  top_p: true,
}

/** What the Open Responses specification requires beside. */
const REQUIRED_BY_OPEN_RESPONSES = [
  'completed_at',
  'status',
  'previous_response_id',
  'truncation',
  'text',
  'presence_penalty',
  'frequency_penalty',
  'top_logprobs',
  'reasoning',
  'usage',
  'max_output_tokens',
  'max_tool_calls',
  'store',
  'background',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
]

/** Fields in which a response repeats the request, whatever words that used, or that are not known at first. */
type Repeated = 'tool_choice' | 'tools' | 'text' | 'reasoning' | 'service_tier' | 'error' | 'usage'

it('has the types of the openai package', () => {
  expectTypeOf<JsonItem>().toExtend<Responses.ResponseOutputItem>()
  expectTypeOf<JsonUsage>().toExtend<Responses.ResponseUsage>()
  expectTypeOf<Omit<JsonResponse, Repeated>>().toExtend<Omit<Responses.Response, Repeated | 'output_text'>>()
  expectTypeOf<ItemEventBody & { sequence_number: number }>().toExtend<Responses.ResponseStreamEvent>()
})

describe('required fields', () => {
  const call = [start(0, 'weather'), args(0, '{}'), start(1, 'apply_patch'), args(1, '{"input":"x"}')]
  const failing = encoder().encoder
  const streams = {
    'of text, reasoning and tools': stream(reasoning('Hm'), text('Hi'), ...call, finish('tool-calls')),
    'of a search': stream(
      { type: 'hosted', use: { kind: 'search', id: '0', query: 'q', hits: [{ title: 'T', url: 'https://a.example', text: 't' }] } },
      text('See https://a.example.'),
      stop,
    ),
    'of an empty answer': stream(stop),
    'of a refusal': stream({ type: 'refusal-delta', text: 'No.' }, stop),
    'of an answer that was cut': stream(text('Hi'), finish('length')),
    'of an answer that failed': parse([...failing.event(text('Hi'), 0), ...failing.error(new BridgeError('No.', { code: 'upstream_error', status: 502 }))]),
  }

  it.each(Object.entries(streams))('are all there %s', (_name, events) => {
    for (const event of events) {
      expect(Object.keys(event)).toEqual(expect.arrayContaining(Object.keys(REQUIRED[event.type])))
      if (!('response' in event)) continue
      expect(Object.keys(event.response)).toEqual(expect.arrayContaining([...Object.keys(REQUIRED_OF_RESPONSE), ...REQUIRED_BY_OPEN_RESPONSES]))
    }
  })

  it('are checked for every event that there is', () => {
    const sent = new Set(Object.values(streams).flatMap((events) => events.map(({ type }) => type)))
    expect([...sent].toSorted()).toEqual(Object.keys(REQUIRED).toSorted())
  })
})
