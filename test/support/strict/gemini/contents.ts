import { type Json, isBlank, isRecord, words } from '../check.ts'
import type { Entry } from '../history.ts'
import { geminiRefusal, invalidValue } from './errors.ts'
import { fieldsOf } from './request.ts'

const PART_KEYS = words(`
  text thought thoughtSignature functionCall functionResponse inlineData fileData executableCode codeExecutionResult
  videoMetadata mediaResolution partMetadata toolCall toolResponse
`)
const DATA = ['text', 'functionCall', 'functionResponse', 'inlineData', 'fileData', 'executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse']
const CALL_KEYS = new Set(['id', 'name', 'args'])
const RESPONSE_KEYS = new Set(['id', 'name', 'response', 'parts', 'willContinue', 'scheduling'])
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

export interface CheckedContent {
  role: 'user' | 'model'
  /** With names in one spelling. */
  parts: Json[]
}

/** Checks the contents' form and that calls and responses alternate. */
export function checkContents({ contents, systemInstruction }: Json): CheckedContent[] {
  if (isBlank(contents) || (Array.isArray(contents) && contents.length === 0))
    throw geminiRefusal('empty-contents', '* GenerateContentRequest.contents: contents is not specified')
  if (!isBlank(systemInstruction)) checkContent(systemInstruction, 'system_instruction', ['user', 'model', 'system'])
  const checked = joined([contents].flat().map((content: unknown, index: number) => checkContent(content, `contents[${index}]`, ['user', 'model', 'function'])))
  checkTurns(checked)
  return checked
}

/** What the contents say, in the common form. */
export function entriesOf(contents: readonly CheckedContent[]): Entry[] {
  return contents.flatMap(({ role, parts }): Entry[] => {
    const text = parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('')
    // Calls of other models and of old clients have no id.
    if (role === 'model')
      return [
        {
          role: 'assistant',
          text,
          calls: parts.flatMap((part) => (part.functionCall ? [{ id: part.functionCall.id ?? '', name: part.functionCall.name }] : [])),
        },
      ]
    const responses = parts.flatMap((part) => (part.functionResponse ? [responseText(part.functionResponse)] : []))
    if (responses.length === 0) return [{ role: 'user', text }]
    const results: Entry = { role: 'results', results: responses }
    return text === '' ? [results] : [results, { role: 'user', text }]
  })
}

function checkContent(given: unknown, at: string, roles: readonly string[]): CheckedContent {
  const content = fieldsOf(given, new Set(['role', 'parts']), at)
  if (!isBlank(content.role) && !roles.includes(content.role)) throw geminiRefusal('role', 'Please use a valid role: user, model.')
  const parts: unknown[] = isRecord(content.parts) ? [content.parts] : (content.parts ?? [])
  if (!Array.isArray(parts)) throw invalidValue(`${at}.parts`, 'TYPE_MESSAGE', content.parts)
  if (parts.length === 0) throw geminiRefusal('empty-parts', `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.`)
  return { role: content.role === 'model' ? 'model' : 'user', parts: parts.map((part, index) => checkPart(part, `${at}.parts[${index}]`)) }
}

function checkPart(given: unknown, at: string): Json {
  const part = fieldsOf(given, PART_KEYS, at)
  const present = DATA.filter((key) => !isBlank(part[key]))
  if (present.length !== 1)
    throw geminiRefusal('empty-part', `* GenerateContentRequest.${at}.data: required oneof field 'data' must have one initialized field`)
  if (!isBlank(part.text) && typeof part.text !== 'string') throw invalidValue(`${at}.text`, 'TYPE_STRING', part.text)
  // An empty text is nothing by itself; it may stand for its signature.
  if (part.text === '' && isBlank(part.thoughtSignature))
    throw geminiRefusal('empty-text', `* GenerateContentRequest.${at}.data: required oneof field 'data' must have one initialized field`)
  const signature = part.thoughtSignature
  if (!isBlank(signature) && (typeof signature !== 'string' || !BASE64.test(signature)))
    throw geminiRefusal('signature-form', `Invalid value at '${at}.thought_signature' (TYPE_BYTES), Base64 decoding failed for ${JSON.stringify(signature)}`)
  if (part.functionCall) {
    const call = fieldsOf(part.functionCall, CALL_KEYS, `${at}.function_call`)
    if (typeof call.name !== 'string' || call.name === '')
      throw geminiRefusal('call-name', `* GenerateContentRequest.${at}.function_call.name: Name cannot be empty.`)
    if (!isBlank(call.args) && !isRecord(call.args)) throw invalidValue(`${at}.function_call.args`, 'type.googleapis.com/google.protobuf.Struct', call.args)
    return { ...part, functionCall: call }
  }
  if (!part.functionResponse) return part
  const response = fieldsOf(part.functionResponse, RESPONSE_KEYS, `${at}.function_response`)
  if (typeof response.name !== 'string' || response.name === '')
    throw geminiRefusal('call-name', `* GenerateContentRequest.${at}.function_response.name: Name cannot be empty.`)
  if (!isRecord(response.response)) throw invalidValue(`${at}.function_response.response`, 'type.googleapis.com/google.protobuf.Struct', response.response)
  return { ...part, functionResponse: response }
}

/** Google's own package writes each piece of a stream as a content of its own; together they are the model's turn. */
function joined(contents: readonly CheckedContent[]): CheckedContent[] {
  return contents.reduce<CheckedContent[]>((turns, content) => {
    const last = turns.at(-1)
    if (last?.role !== 'model' || content.role !== 'model') return [...turns, content]
    return [...turns.slice(0, -1), { role: 'model', parts: [...last.parts, ...content.parts] }]
  }, [])
}

/** https://ai.google.dev/gemini-api/docs/function-calling */
function checkTurns(contents: readonly CheckedContent[]): void {
  contents.forEach(({ role, parts }, index) => {
    const calls = parts.flatMap((part) => (part.functionCall ? [part.functionCall] : []))
    const responses = parts.flatMap((part) => (part.functionResponse ? [part.functionResponse] : []))
    if (calls.length > 0 && role !== 'model') throw geminiRefusal('role', 'Function call parts are only allowed in contents of the role model.')
    if (calls.length > 0 && contents[index - 1]?.role !== 'user')
      throw geminiRefusal('turns', 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.')
    const following = (contents[index + 1]?.parts ?? []).flatMap((part) => (part.functionResponse ? [part.functionResponse] : []))
    if (calls.length > 0 && index < contents.length - 1 && following.length === 0)
      throw geminiRefusal(
        'call-without-result',
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      )
    if (responses.length === 0) return
    const before = (contents[index - 1]?.parts ?? []).flatMap((part) => (part.functionCall ? [part.functionCall] : []))
    if (before.length === 0)
      throw geminiRefusal('result-without-call', 'Please ensure that function response turn comes immediately after a function call turn.')
    if (responses.length !== before.length)
      throw geminiRefusal(
        'call-without-result',
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      )
    responses.forEach((response, at) => {
      const matches = before.some((call) => call.name === response.name && (isBlank(response.id) || isBlank(call.id) || call.id === response.id))
      if (!matches)
        throw geminiRefusal(
          'result-without-call',
          `* GenerateContentRequest.contents[${index}].parts[${at}].function_response: no function call of the turn before has this name and id.`,
        )
    })
  })
}

/** What a tool answered: the usual keys' text, else the whole. */
function responseText({ response }: Json): string {
  const keys = Object.keys(response)
  const value = response.content ?? response.output ?? response.result ?? response.error
  return keys.length <= 2 && typeof value === 'string' ? value : JSON.stringify(response)
}
