import { changeField, changesOf } from '../../core/change-list.ts'
import { isObject } from '../../core/json-value.ts'
import type { AssistantPart, Prompt } from '../../core/prompt.ts'
import { weave } from '../../core/weave.ts'
import type { Adapted } from '../shared/adapted.ts'
import { CallCursor } from '../shared/call-cursor.ts'
import type { Target } from '../wire.ts'
import { geminiOf } from './gemini.ts'
import { NO_SIGNATURE, signatureOf } from './signature.ts'

type Json = Record<string, unknown>

/** Signatures go where the answer had them; of a step of the current turn whose first call has none, that says so. */
export function mendHistory(body: Readonly<Json>, prompt: Prompt | undefined, target: Omit<Target, 'stream'>): Adapted {
  const answers = new CallCursor(prompt?.messages ?? [])
  const contents: unknown[] = Array.isArray(body.contents) ? body.contents : []
  const asked = contents.findLast((content) => isObject(content) && content.role !== 'model' && !isResults(content))
  const { wantsSignatures } = geminiOf(target)
  let isCurrent = asked === undefined
  /** Whether a call of this step has come: some clients write each part of an answer as a content of its own. */
  let begun = false
  const changes = changesOf(body, 'contents', (content) => {
    isCurrent ||= content === asked
    if (content.role !== 'model') {
      begun = false
      return [content]
    }
    const signed = withSignatures(content, answers, target.model.id)
    const mended = isCurrent && wantsSignatures && !begun ? excused(signed) : signed
    begun ||= Array.isArray(content.parts) && content.parts.some(callOf)
    return [mended]
  })
  return { changes, ignored: [] }
}

function withSignatures(content: Json, answers: CallCursor, model: string): Json {
  if (!Array.isArray(content.parts)) return content
  const parts: unknown[] = content.parts
  const answer = answers.next(parts.flatMap((part) => (callOf(part) ? [idOf(part)] : [])))
  if (answer?.thoughts !== 'remembered') return content
  return { ...content, parts: weave(parts, answer.parts, { typeOf, sign: (part, of) => sign(part, of, model), write: (part) => write(part, model) }) }
}

function sign(part: unknown, { token }: AssistantPart, model: string): unknown {
  const signature = signatureOf(token, model)
  return signature === undefined ? part : { ...(part as Json), [fieldOf(part as Json)]: signature }
}

function write(part: AssistantPart, model: string): unknown[] {
  const thoughtSignature = signatureOf(part.token, model)
  if (thoughtSignature === undefined || part.type === 'tool-call') return []
  return [part.type === 'reasoning' ? { text: part.text, thought: true, thoughtSignature } : { text: '', thoughtSignature }]
}

function excused(content: Json): Json {
  let isFirst = true
  return changeField(content, 'parts', (part) => {
    if (!callOf(part) || !isFirst) return [part]
    isFirst = false
    return [isSigned(part) ? part : { ...part, [fieldOf(part)]: NO_SIGNATURE }]
  })
}

function isResults({ parts }: Json): boolean {
  return Array.isArray(parts) && parts.length > 0 && parts.every((part) => isObject(part) && ('functionResponse' in part || 'function_response' in part))
}

function typeOf(part: unknown): AssistantPart['type'] | undefined {
  if (!isObject(part)) return undefined
  if (callOf(part)) return 'tool-call'
  if (typeof part.text !== 'string') return undefined
  return part.thought === true ? 'reasoning' : 'text'
}

/** Google takes the names of its protocol buffers as well. */
function callOf(part: unknown): Json | undefined {
  const call = isObject(part) ? (part.functionCall ?? part.function_call) : undefined
  return isObject(call) ? call : undefined
}

function idOf(part: unknown): string | undefined {
  const id = callOf(part)?.id
  return typeof id === 'string' && id !== '' ? id : undefined
}

function isSigned(part: unknown): boolean {
  return isObject(part) && Boolean(part.thoughtSignature ?? part.thought_signature)
}

function fieldOf(part: Json): string {
  return 'function_call' in part ? 'thought_signature' : 'thoughtSignature'
}
