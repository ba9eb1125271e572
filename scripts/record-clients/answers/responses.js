import { namedFrame, SEALED, STREAM, WHOLE } from './sse.js'

const USAGE = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 64 },
  output_tokens: 24,
  output_tokens_details: { reasoning_tokens: 8 },
  total_tokens: 144,
}

export function toolNames(body) {
  return offered(body).map(({ name }) => name)
}

/** Tools of the request and of its items, those of namespaces with the name of theirs. */
function offered({ tools = [], input }) {
  const later = Array.isArray(input) ? input.filter(({ type }) => type === 'additional_tools').flatMap((item) => item.tools) : []
  return [...tools, ...later].flatMap((tool) =>
    tool.type === 'namespace'
      ? tool.tools.map((inner) => ({ name: inner.name, type: inner.type, namespace: tool.name }))
      : [{ name: tool.name ?? tool.type, type: tool.type }],
  )
}

export function turnsTaken({ input }) {
  return Array.isArray(input) ? input.filter(({ type }) => /^(function|custom_tool|tool_search|local_shell)_call$/.test(type)).length : 0
}

/** @type {import('./index.js').WireAnswers['write']} */
export function write({ body }, { text, calls }) {
  const output = [
    ...(body.reasoning ? [{ type: 'reasoning', id: 'rs_recorded', summary: [{ type: 'summary_text', text: 'Let me see.' }], encrypted_content: SEALED }] : []),
    { type: 'message', id: 'msg_recorded', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [], logprobs: [] }] },
    ...calls.map((call, index) => callItem(call, `${turnsTaken(body)}_${index}`, body)),
  ]
  const response = {
    id: 'resp_recorded',
    object: 'response',
    created_at: 1_780_000_000,
    model: body.model,
    status: 'completed',
    error: null,
    incomplete_details: null,
    tools: [],
    parallel_tool_calls: true,
    tool_choice: 'auto',
    output,
    usage: USAGE,
  }
  if (!body.stream) return { contentType: WHOLE, frames: [JSON.stringify(response)] }
  const pending = { ...response, status: 'in_progress', output: [], usage: null }
  const events = [
    { type: 'response.created', response: pending },
    { type: 'response.in_progress', response: pending },
    ...output.flatMap(itemEvents),
    { type: 'response.completed', response },
  ]
  return { contentType: STREAM, frames: events.map((event, sequence) => namedFrame({ ...event, sequence_number: sequence })) }
}

/** The item by which a tool of its type is called. */
function callItem({ name, args }, id, body) {
  const { type, namespace } = offered(body).find((tool) => tool.name === name)
  const base = { id: `fc_recorded_${id}`, call_id: `call_recorded_${id}`, status: 'completed', ...(namespace === undefined ? {} : { namespace }) }
  if (type === 'custom') return { ...base, type: 'custom_tool_call', name, input: args.input }
  if (type === 'tool_search') return { ...base, type: 'tool_search_call', execution: 'client', arguments: args }
  return { ...base, type: 'function_call', name, arguments: JSON.stringify(args) }
}

function itemEvents(item, index) {
  const place = { output_index: index, item_id: item.id }
  const added = { ...item, status: 'in_progress', ...emptied(item) }
  return [
    { type: 'response.output_item.added', output_index: index, item: added },
    ...deltas(item, place),
    { type: 'response.output_item.done', output_index: index, item },
  ]
}

function emptied({ type }) {
  if (type === 'reasoning') return { summary: [] }
  if (type === 'message') return { content: [] }
  if (type === 'function_call') return { arguments: '' }
  return type === 'custom_tool_call' ? { input: '' } : {}
}

function deltas(item, place) {
  switch (item.type) {
    case 'reasoning': {
      const at = { ...place, summary_index: 0 }
      const [part] = item.summary
      return [
        { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
        { type: 'response.reasoning_summary_text.delta', ...at, delta: part.text },
        { type: 'response.reasoning_summary_text.done', ...at, text: part.text },
        { type: 'response.reasoning_summary_part.done', ...at, part },
      ]
    }
    case 'message': {
      const at = { ...place, content_index: 0 }
      const [part] = item.content
      return [
        { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
        { type: 'response.output_text.delta', ...at, delta: part.text, logprobs: [] },
        { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] },
        { type: 'response.content_part.done', ...at, part },
      ]
    }
    case 'function_call':
      return [
        { type: 'response.function_call_arguments.delta', ...place, delta: item.arguments },
        { type: 'response.function_call_arguments.done', ...place, name: item.name, arguments: item.arguments },
      ]
    case 'custom_tool_call':
      return [
        { type: 'response.custom_tool_call_input.delta', ...place, delta: item.input },
        { type: 'response.custom_tool_call_input.done', ...place, input: item.input },
      ]
    default:
      return []
  }
}
