import { turnOf } from '../history.ts'
import type { Wire } from '../wire.ts'
import { chatReply, type ChatStyle, issueChat } from './chat-answer.ts'
import { OPENAI_RULES } from './chat-messages.ts'
import { checkChatRequest } from './chat-request.ts'
import { openAiFailure, openAiRefusal, requireBearer } from './errors.ts'

/** OpenAI shows nothing of what its models think in chat, and wants nothing back. */
const STYLE: ChatStyle = {
  thinkingDeltas: () => [],
  messageFields: () => ({ refusal: null, annotations: [] }),
  chunkFields: { service_tier: 'default', system_fingerprint: 'fp_strict' },
  usageChunk: 'own',
}

/** OpenAI's Chat Completions: https://platform.openai.com/docs/api-reference/chat/create */
export function openAiChat(key: string): Wire {
  return {
    handle: ({ path, headers, body, provider }, context) => {
      requireBearer('openai-chat/key', headers.authorization, key)
      if (path !== '/chat/completions') throw openAiRefusal('openai-chat/path', `Invalid URL (POST ${path})`, { status: 404 })
      const request = checkChatRequest(body, OPENAI_RULES)
      if (!context.knows(request.model)) throw unknownModel('openai-chat/model', request.model)
      const answer = context.play(turnOf(request.model, request.entries, request.tools))
      const issued = issueChat({ provider, model: request.model }, answer, () => '')
      context.issue(issued)
      return chatReply(request, answer, issued, STYLE)
    },
    failure: openAiFailure,
  }
}

export function unknownModel(rule: string, model: string) {
  return openAiRefusal(rule, `The model \`${model}\` does not exist or you do not have access to it.`, { status: 404, code: 'model_not_found' })
}
