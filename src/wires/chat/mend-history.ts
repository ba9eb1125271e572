import { callsOf } from '../../core/assistant-message.ts'
import { changeField, changesOf } from '../../core/change-list.ts'
import { without } from '../../core/json-value.ts'
import type { AssistantMessage, Prompt } from '../../core/prompt.ts'
import type { Adapted } from '../shared/adapted.ts'
import { toolNamesOf } from '../shared/tool-names.ts'
import type { Target } from '../wire.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import { encodeMessage, thoughtSignature } from './encode-messages.ts'
import { planEffort } from './encode-parameters.ts'
import { encodeReasoning, isThinking } from './encode-reasoning.ts'
import { THOUGHTS } from './passed-body.ts'
import { tellUnsigned } from './unsigned-steps.ts'

type Json = Record<string, unknown>
type Asked = Omit<Target, 'stream'>

/** Fields in which gateways and servers tell of reasoning, and their clients bring it back. */
const TEXTS = ['reasoning_content', 'reasoning', 'reasoning_text']

/** The fields about reasoning of an answer's message: those that are missing, and none of other models' where this one has no use for them. */
export function mendHistory(body: Readonly<Json>, prompt: Prompt | undefined, target: Asked): Adapted {
  const dialect = dialectOf(target.form)
  const messages = prompt?.messages ?? []
  // Each message of a body is one of the prompt.
  const isKnown = Array.isArray(body.messages) && messages.length === body.messages.length
  const told = isKnown ? tellUnsigned(messages, target, dialect) : undefined
  let index = 0
  const changes = changesOf(body, 'messages', (message) => {
    const instead = told?.get(index)
    const said = isKnown ? messages[index] : undefined
    index++
    if (instead) return instead.map((one) => encodeMessage(one, { target, dialect, names: toolNamesOf(prompt!) }))
    if (message.role !== 'assistant' || said?.role !== 'assistant') return [message]
    const taken = isStrange(said, target) ? without(message, THOUGHTS) : message
    return [withReasoning(taken, said, target, dialect)]
  })
  return prompt ? withoutThinking(body, changes, prompt, target, dialect) : { changes, ignored: [] }
}

/** Whether another model thought it, which this one, that does not think, has no use for; its server may not know the fields. */
function isStrange({ origin }: AssistantMessage, target: Asked): boolean {
  return origin !== undefined && origin !== target.model.id && !isThinking(target)
}

function withReasoning(message: Json, said: AssistantMessage, target: Asked, dialect: Dialect): Json {
  const written = withFields(message, said, target, dialect)
  const calls = callsOf(said)
  let index = 0
  return changeField(written, 'tool_calls', (call) => {
    const own = calls[index++]
    const signature = own && !call.extra_content ? thoughtSignature(own, target) : {}
    return [Object.keys(signature).length > 0 ? { ...call, ...signature } : call]
  })
}

function withFields(message: Json, said: AssistantMessage, target: Asked, dialect: Dialect): Json {
  const fields = encodeReasoning(said, target, dialect)
  // A token may vouch for the text beside it. Of what was streamed some clients keep the last piece alone.
  if (said.thoughts === 'remembered' && Object.keys(fields).length > 0) return { ...without(message, THOUGHTS), ...fields }
  return Object.keys(fields).some((field) => isMissing(field, message, isThinking(target))) ? { ...message, ...fields } : message
}

function isMissing(field: string, message: Json, isDemanded: boolean): boolean {
  const value = message[field]
  switch (field) {
    case 'reasoning_details':
      // A list without a token says nothing to the provider that wants one back.
      return !(Array.isArray(value) && value.some((detail: Json | null) => detail?.signature || detail?.data))
    case 'reasoning_opaque':
      return value == null
    case 'reasoning_text':
      return false
    default:
      return value == null && (isDemanded || TEXTS.every((name) => !message[name]))
  }
}

function withoutThinking(body: Readonly<Json>, changes: Json, prompt: Prompt, target: Asked, dialect: Dialect): Adapted {
  const { fields, leftOut } = planEffort(prompt, target, dialect)
  if (!leftOut) return { changes, ignored: [] }
  const named = ['reasoning', 'reasoning_effort', 'include_reasoning'].filter((name) => body[name] != null)
  const removed = Object.fromEntries(named.map((name) => [name, undefined]))
  return { changes: { ...changes, ...removed, ...fields }, ignored: named }
}
