import type { Json } from './check.ts'
import { turnOf } from './history.ts'
import { callsOf, thinkingOf } from './ledger.ts'
import { chatReply, type ChatStyle, issueChat } from './openai/chat-answer.ts'
import { type ChatRules, turnStartOf } from './openai/chat-messages.ts'
import { checkChatRequest } from './openai/chat-request.ts'
import { unknownModel } from './openai/chat.ts'
import { openAiFailure, openAiRefusal, requireBearer } from './openai/errors.ts'
import { Refusal } from './refusal.ts'
import type { Owner } from './tokens.ts'
import { inPieces, type Wire, type WireContext } from './wire.ts'

/** Unknown fields are let pass: https://api-docs.deepseek.com/api/create-chat-completion */
const RULES: ChatRules = { vendor: 'deepseek', closed: false, roles: ['system', 'user', 'assistant', 'tool'] }

const STYLE: ChatStyle = {
  thinkingDeltas: (issued) => thinkingOf(issued).flatMap(({ text }) => inPieces(text).map((reasoning_content) => ({ content: null, reasoning_content }))),
  messageFields: (issued) => (thinkingOf(issued).length > 0 ? { reasoning_content: reasoningOf(issued) } : {}),
  chunkFields: { system_fingerprint: 'fp_strict' },
  usageChunk: 'last',
  comment: 'keep-alive',
  usageFields: { prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 7 },
}

/**
 * DeepSeek's chat, and Kimi's, which is alike: an answer with calls has to come back with its `reasoning_content`, in its
 * own turn and in all later ones (https://api-docs.deepseek.com/guides/thinking_mode). The reasoning has no token; the
 * vendor cannot tell an altered one, but wants it as it was, so here it is refused. An empty one it takes: a loss.
 */
export function deepSeekChat(key: string): Wire {
  return {
    handle: ({ path, headers, body, provider }, context) => {
      try {
        requireBearer('deepseek/key', headers.authorization, key)
        if (path !== '/chat/completions') throw openAiRefusal('deepseek/path', 'Not Found', { status: 404 })
        const request = checkChatRequest(body, RULES)
        if (!context.knows(request.model)) throw unknownModel('deepseek/model', request.model)
        const owner = { provider, model: request.model }
        const thinks = request.body.thinking?.type !== 'disabled' && request.body.reasoning_effort !== 'none'
        if (thinks) checkReasoning(request.body.messages, owner, context)
        const played = context.play(turnOf(request.model, request.entries, request.tools))
        const answer = thinks ? played : { ...played, pieces: played.pieces.filter(({ type }) => type !== 'thinking') }
        const issued = issueChat(owner, answer, ({ text }) => context.mint(owner, { kind: 'reasoning', content: text }))
        context.issue(issued)
        return chatReply(request, answer, issued, STYLE)
      } catch (error) {
        throw error instanceof Refusal ? withDeepSeekCode(error) : error
      }
    },
    failure: openAiFailure,
  }
}

function checkReasoning(messages: readonly Json[], owner: Owner, context: WireContext): void {
  const turn = turnStartOf(messages)
  messages.forEach((message, index) => {
    if (message.role !== 'assistant' || !message.tool_calls) return
    const given: unknown = message.reasoning_content
    if (typeof given !== 'string') {
      throw openAiRefusal('deepseek/reasoning-missing', 'The `reasoning_content` in the thinking mode must be passed back to the API.')
    }
    const known = context.answersWithCalls(
      owner,
      message.tool_calls.map(({ id }: Json) => id),
    )
    if (known.length === 0) return
    const expected = known.find((answer) => reasoningOf(answer) === given)
    if (expected) {
      for (const { token, text } of thinkingOf(expected)) context.check(token, owner, { kind: 'reasoning', content: text })
    } else if (given === '') {
      context.lose('deepseek/reasoning-lost', `messages[${index}] came back with an empty reasoning_content`, index > turn ? 'current' : 'earlier')
    } else {
      throw openAiRefusal(
        'deepseek/reasoning-altered',
        `The \`reasoning_content\` of messages[${index}] is not what the model thought before ${callsOf(known[0]!)[0]?.name}.`,
      )
    }
  })
}

function reasoningOf(answer: Parameters<typeof thinkingOf>[0]): string {
  return thinkingOf(answer)
    .map(({ text }) => text)
    .join('')
}

/** Every error of DeepSeek's has its type for a code. */
function withDeepSeekCode({ rule, status, message }: Refusal): Refusal {
  const type = status === 401 ? 'authentication_error' : 'invalid_request_error'
  return new Refusal(rule, status, message, { error: { message, type, param: null, code: 'invalid_request_error' } })
}
