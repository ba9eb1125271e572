import { isBlank, type Json } from '../check.ts'
import { turnOf } from '../history.ts'
import { type IssuedAnswer, thinkingOf } from '../ledger.ts'
import { chatReply, type ChatStyle, issueChat } from '../openai/chat-answer.ts'
import { type ChatRules, turnStartOf } from '../openai/chat-messages.ts'
import { type ChatRequest, checkChatRequest } from '../openai/chat-request.ts'
import { unknownModel } from '../openai/chat.ts'
import type { Answer, Piece } from '../scripts.ts'
import type { Owner, Subject } from '../tokens.ts'
import { inPieces, type Reply, type WireContext, type WireRequest } from '../wire.ts'
import { copilotRefusal } from './headers.ts'

/** Its own fields (`copilot_cache_control`, `reasoning_opaque`) are among what it lets pass. */
const RULES: ChatRules = { vendor: 'copilot', closed: false, roles: ['system', 'developer', 'user', 'assistant', 'tool'] }

const STYLE: ChatStyle = {
  thinkingDeltas: (issued) =>
    thinkingOf(issued).flatMap(({ text, token }) => [
      ...inPieces(text).map((reasoning_text) => ({ content: null, reasoning_text })),
      { content: null, reasoning_opaque: token },
    ]),
  messageFields: (issued) => Object.assign({}, ...thinkingOf(issued).map(({ text, token }) => ({ reasoning_text: text, reasoning_opaque: token }))),
  usageChunk: 'last',
}

/** Copilot's chat, behind which Claude and Gemini stand: one thinking for each answer, with a token beside it. */
export function answerCopilotChat({ body, provider }: WireRequest, context: WireContext): Reply {
  const request = checkChatRequest(body, RULES)
  if (!context.knows(request.model)) throw unknownModel('copilot/model', request.model)
  const owner = { provider, model: request.model }
  checkReasoning(request, owner, context)
  const played = context.play(turnOf(request.model, request.entries, request.tools))
  const answer = withOneThinking(played, thinks(request.body))
  const issued = issueChat(owner, answer, ({ text }) => context.mint(owner, subjectOf(text, owner)))
  context.issue(issued)
  return chatReply(request, answer, issued, STYLE)
}

/** Gemini always thinks, Claude when it is asked to; of GPT nothing is shown in chat. */
function thinks({ model, thinking_budget, reasoning_effort }: Json): boolean {
  if (/gemini/.test(model)) return true
  return /claude/.test(model) && (!isBlank(thinking_budget) || (!isBlank(reasoning_effort) && reasoning_effort !== 'none'))
}

function withOneThinking({ pieces, ...answer }: Answer, thinking: boolean): Answer {
  const thoughts = pieces.filter((piece) => piece.type === 'thinking')
  const rest = pieces.filter(({ type }) => type !== 'thinking')
  const one: Piece = { type: 'thinking', text: thoughts.map(({ text }) => text).join('') }
  return { ...answer, pieces: thinking && thoughts.length > 0 ? [one, ...rest] : rest }
}

/** Claude's token vouches for its thinking, Gemini's for itself. */
function subjectOf(text: string, { model }: Owner): Subject {
  return { kind: 'opaque', content: /claude/.test(model) ? text : '' }
}

function checkReasoning({ body }: ChatRequest, owner: Owner, context: WireContext): void {
  const { messages } = body
  const turn = turnStartOf(messages)
  messages.forEach((message: Json, index: number) => {
    if (message.role !== 'assistant') return
    const token = message.reasoning_opaque
    if (!isBlank(token)) {
      const fault = context.check(token, owner, subjectOf(message.reasoning_text ?? '', owner))
      if (fault !== undefined) throw invalidBody(`${fault}-token`, `messages.${index}: reasoning_opaque could not be verified`)
      return
    }
    const ids: string[] = (message.tool_calls ?? []).map(({ id }: Json) => id)
    if (ids.length === 0) return
    const current = index > turn
    if (current && /gemini-3/.test(owner.model))
      throw invalidBody(
        'opaque-missing',
        `Function call \`${message.tool_calls[0].function.name}\` in the ${index + 1}. content block is missing a \`thought_signature\``,
      )
    const lost = context.answersWithCalls(owner, ids).some((answer: IssuedAnswer) => thinkingOf(answer).length > 0)
    if (lost) context.lose('copilot/reasoning-lost', `messages[${index}] came back without its reasoning_opaque`, current ? 'current' : 'earlier')
  })
}

function invalidBody(rule: string, why: string) {
  return copilotRefusal(rule, 400, `invalid request body: ${why}`, 'invalid_request_body')
}
