import { callsOf } from '../../core/assistant-message.ts'
import type { AssistantPart, ContentPart } from '../../core/prompt.ts'
import { toArguments } from '../shared/json-object.ts'
import { present } from '../shared/present.ts'
import type { AssistantTurn, Turn, UserTurn } from '../shared/turns.ts'
import { encodeResults, inlineData, type ResultContext } from './encode-results.ts'
import type { Part, WireContent } from './part.ts'
import { NO_SIGNATURE, signatureOf } from './signature.ts'

export interface ContentContext extends ResultContext {
  /** `provider/model` that is asked. */
  model: string
}

/** Contents of user and model that alternate, the user's first, without empty ones. */
export function encodeContents(turns: readonly Turn[], context: ContentContext): WireContent[] {
  const contents: WireContent[] = []
  const current = turns.findLastIndex((turn) => turn.role === 'user' && turn.results.length === 0)
  for (const [index, turn] of turns.entries()) {
    const parts = turn.role === 'user' ? encodeUser(turn, turns[index - 1], context) : encodeModel(turn, context)
    if (turn.role === 'assistant' && index > current && context.gemini.wantsSignatures) excuseCall(parts)
    const role = turn.role === 'user' ? 'user' : 'model'
    const last = contents.at(-1)
    if (last?.role === role) last.parts.push(...parts)
    else if (parts.length > 0) contents.push({ role, parts })
  }
  // Google wants the user first.
  return contents[0]?.role === 'model' ? [{ role: 'user', parts: [{ text: '.' }] }, ...contents] : contents
}

/** Results first: Google wants them right after the calls. */
function encodeUser({ results, messages }: UserTurn, before: Turn | undefined, context: ContentContext): Part[] {
  const asked = before?.role === 'assistant' ? before.messages.flatMap(callsOf) : []
  return [
    ...encodeResults(results, asked, context),
    ...messages.flatMap((message) => (message.role === 'user' ? encodeContent(message.content) : textPart(message.content))),
  ]
}

function encodeContent(parts: readonly ContentPart[]): Part[] {
  return parts.flatMap((part) => (part.type === 'file' ? [inlineData(part)] : textPart(part.text)))
}

function textPart(text: string): Part[] {
  return text === '' ? [] : [{ text }]
}

function encodeModel({ messages }: AssistantTurn, context: ContentContext): Part[] {
  return messages.flatMap(({ parts }) => parts.flatMap((part) => encodePart(part, context)))
}

/** A signature goes back in the part that it came in, be that an empty text; a thought without one is of no use to Google. */
function encodePart(part: AssistantPart, { names, gemini, model }: ContentContext): Part[] {
  const thoughtSignature = signatureOf(part.token, model)
  const signature = present({ thoughtSignature })
  switch (part.type) {
    case 'text':
      return part.text === '' && thoughtSignature === undefined ? [] : [{ text: part.text, ...signature }]
    case 'reasoning':
      return thoughtSignature === undefined ? [] : [{ text: part.text, thought: true, ...signature }]
    case 'tool-call': {
      const { id, name, arguments: args } = part
      return [{ functionCall: { ...(gemini.callIds && { id }), name: names.toProvider(name), args: toArguments(args) }, ...signature }]
    }
  }
}

/** Of the calls of a step, the first has the signature. */
function excuseCall(parts: readonly Part[]): void {
  const first = parts.find((part) => 'functionCall' in part)
  if (first && !('thoughtSignature' in first)) first.thoughtSignature = NO_SIGNATURE
}
