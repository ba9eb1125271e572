import { type Json, firstDuplicate, isBlank, isRecord, unknownKey } from '../check.ts'
import type { Entry } from '../history.ts'
import { missingParameter, openAiRefusal, tooLong, unknownParameter, wrongType, wrongValue } from './errors.ts'

/** Fields of input items, from openai 6.49; items of OpenAI's own tools are not looked into. */
const ITEM_KEYS: Record<string, ReadonlySet<string>> = {
  message: new Set(['type', 'role', 'content', 'id', 'status', 'phase']),
  reasoning: new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status']),
  function_call: new Set(['type', 'id', 'call_id', 'name', 'arguments', 'status', 'caller', 'namespace']),
  function_call_output: new Set(['type', 'id', 'call_id', 'output', 'status', 'caller']),
  item_reference: new Set(['type', 'id']),
}
const HOSTED =
  /^(custom_tool_call(_output)?|local_shell_call(_output)?|shell_call(_output)?|apply_patch_call(_output)?|computer_call(_output)?|web_search_call|file_search_call|code_interpreter_call|image_generation_call|mcp_\w+|tool_search_\w+|additional_tools|compaction\w*|program(_output)?)$/
const PREFIXES: Record<string, string> = { message: 'msg', reasoning: 'rs', function_call: 'fc' }
const ROLES = ['assistant', 'system', 'developer', 'user']
const PARTS: Record<string, readonly string[]> = {
  assistant: ['output_text', 'refusal'],
  other: ['input_text', 'input_image', 'input_file', 'input_audio'],
}
const MAX_ID = 64

/** Checks the form of input items; a message without a type gets its own. */
export function checkItems(input: unknown, vendor: string, looksAtIds: boolean): Json[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }]
  if (!Array.isArray(input)) throw wrongType(`${vendor}/type`, 'input', 'one of a string or array of objects', input)
  const items = input.map((item: unknown, index: number) => checkItem(item, `input[${index}]`, vendor, looksAtIds))
  const ids = items.flatMap(({ type, id }) => (typeof id === 'string' && type !== 'item_reference' ? [id] : []))
  const twice = firstDuplicate(ids)
  if (twice !== undefined)
    throw openAiRefusal(`${vendor}/item-twice`, `Duplicate item found with id ${twice}. Remove duplicate items from your input and try again.`, {
      param: 'input',
    })
  return items
}

function checkItem(given: unknown, param: string, vendor: string, looksAtIds: boolean): Json {
  if (!isRecord(given)) throw wrongType(`${vendor}/type`, param, 'an object', given)
  const item: Json = isBlank(given.type) && !isBlank(given.role) ? { ...given, type: 'message' } : given
  if (isBlank(item.type)) throw missingParameter(`${vendor}/missing`, `${param}.type`)
  const known = ITEM_KEYS[item.type]
  if (!known && HOSTED.test(item.type)) return item
  if (!known) throw wrongValue(`${vendor}/item-type`, `${param}.type`, item.type, Object.keys(ITEM_KEYS))
  const stranger = unknownKey(item, known)
  if (stranger !== undefined) throw unknownParameter(`${vendor}/unknown-field`, `${param}.${stranger}`)
  if (looksAtIds) checkId(item, param, vendor)
  if (item.type === 'message') checkMessage(item, param, vendor)
  if (item.type === 'reasoning' && !Array.isArray(item.summary)) throw missingParameter(`${vendor}/missing`, `${param}.summary`)
  if (item.type === 'function_call') {
    for (const field of ['call_id', 'name', 'arguments']) if (typeof item[field] !== 'string') throw missingParameter(`${vendor}/missing`, `${param}.${field}`)
    if (item.call_id.length > MAX_ID) throw tooLong(`${vendor}/call-id`, `${param}.call_id`, MAX_ID, item.call_id)
  }
  if (item.type === 'function_call_output') {
    if (typeof item.call_id !== 'string') throw missingParameter(`${vendor}/missing`, `${param}.call_id`)
    if (typeof item.output !== 'string' && !Array.isArray(item.output))
      throw wrongType(`${vendor}/type`, `${param}.output`, 'one of a string or array of objects', item.output)
  }
  return item
}

function checkId({ type, id }: Json, param: string, vendor: string): void {
  if (isBlank(id)) {
    if (type === 'item_reference') throw missingParameter(`${vendor}/missing`, `${param}.id`)
    return
  }
  if (typeof id !== 'string') throw wrongType(`${vendor}/type`, `${param}.id`, 'a string', id)
  if (id.length > MAX_ID) throw tooLong(`${vendor}/item-id`, `${param}.id`, MAX_ID, id)
  const prefix = PREFIXES[type]
  if (prefix !== undefined && !id.startsWith(prefix)) {
    throw openAiRefusal(`${vendor}/item-id`, `Invalid '${param}.id': '${id}'. Expected an ID that begins with '${prefix}'.`, {
      param: `${param}.id`,
      code: 'invalid_value',
    })
  }
}

function checkMessage({ role, content }: Json, param: string, vendor: string): void {
  if (isBlank(role)) throw missingParameter(`${vendor}/missing`, `${param}.role`)
  if (!ROLES.includes(role)) throw wrongValue(`${vendor}/role`, `${param}.role`, role, ROLES)
  if (isBlank(content)) throw missingParameter(`${vendor}/missing`, `${param}.content`)
  if (typeof content === 'string') return
  if (!Array.isArray(content)) throw wrongType(`${vendor}/type`, `${param}.content`, 'one of a string or array of objects', content)
  const allowed = PARTS[role === 'assistant' ? 'assistant' : 'other']!
  content.forEach((part, index) => {
    if (!allowed.includes(part?.type)) throw wrongValue(`${vendor}/part-type`, `${param}.content[${index}].type`, part?.type, allowed)
    if (['input_text', 'output_text'].includes(part.type) && typeof part.text !== 'string')
      throw missingParameter(`${vendor}/missing`, `${param}.content[${index}].text`)
  })
}

/** Pairs calls with their outputs, `items` being the whole conversation; what it says comes back in the common form. */
export function pairItems(items: readonly Json[], vendor: string): Entry[] {
  const outputs = new Map(items.flatMap((item) => (item.type === 'function_call_output' ? [[item.call_id as string, outputText(item.output)] as const] : [])))
  const calls = new Set(items.flatMap((item) => (item.type === 'function_call' ? [item.call_id as string] : [])))
  const open = [...calls].find((id) => !outputs.has(id))
  if (open !== undefined) throw openAiRefusal(`${vendor}/call-without-result`, `No tool output found for function call ${open}.`, { param: 'input' })
  const strange = [...outputs.keys()].find((id) => !calls.has(id))
  if (strange !== undefined)
    throw openAiRefusal(`${vendor}/result-without-call`, `No tool call found for function call output with call_id ${strange}.`, { param: 'input' })
  return entriesOf(items, outputs)
}

function entriesOf(items: readonly Json[], outputs: ReadonlyMap<string, string>): Entry[] {
  const entries: Entry[] = []
  for (const item of items) {
    const last = entries.at(-1)
    if (item.type === 'message' && item.role === 'user') entries.push({ role: 'user', text: messageText(item) })
    else if (item.type === 'function_call' || (item.type === 'message' && item.role === 'assistant')) {
      // What a model gives in one answer are several items.
      const answer = last?.role === 'assistant' ? last : { role: 'assistant' as const, text: '', calls: [] }
      if (last !== answer) entries.push(answer)
      if (item.type === 'message') answer.text += messageText(item)
      else answer.calls.push({ id: item.call_id, name: item.name })
    } else if (item.type === 'function_call_output' && last?.role === 'assistant') {
      entries.push({ role: 'results', results: last.calls.map(({ id }) => outputs.get(id)!) })
    }
  }
  return entries
}

function messageText({ content }: Json): string {
  return typeof content === 'string' ? content : content.map((part: Json) => part.text ?? '').join('')
}

function outputText(output: unknown): string {
  return typeof output === 'string' ? output : (output as Json[]).map((part) => part.text ?? '').join('')
}
