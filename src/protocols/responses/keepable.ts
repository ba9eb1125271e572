import type { InputItem } from './item-schema.ts'
import type { KeptItem } from './memory.ts'

/** OpenAI's prefixes of ids. */
const PREFIXES: Record<InputItem['type'], string> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'cto',
  tool_search_call: 'tsc',
  tool_search_output: 'tso',
  additional_tools: 'at',
  foreign: 'item',
}

/**
 * Items as they are listed later: each has an id, so that the client can refer to it.
 * @param id unique, for the ids of those that have none
 */
export function keepable(items: readonly InputItem[], id: string): InputItem[] {
  return items.map((item, index) => (item.id ? item : { ...item, id: `${PREFIXES[item.type]}_${id}i${index}` }))
}

/** An item in the form in which OpenAI lists it. */
export function listItem({ token: _token, ...item }: InputItem): Record<string, unknown> {
  switch (item.type) {
    case 'foreign':
      return { ...item.value, id: item.id }
    case 'message': {
      const type = item.role === 'assistant' ? 'output_text' : 'input_text'
      const content = typeof item.content === 'string' ? [{ type, text: item.content }] : item.content
      return { ...item, content, status: item.status ?? 'completed' }
    }
    case 'additional_tools':
      return { ...item }
    default:
      return { ...item, status: item.status ?? 'completed' }
  }
}

/** An item of an answer as a history has it. */
export function asInput(item: KeptItem): InputItem {
  return item.type === 'web_search_call' ? { type: 'foreign', id: item.id, value: { ...item } } : item
}
