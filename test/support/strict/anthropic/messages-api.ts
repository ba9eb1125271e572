import { isRecord } from '../check.ts'
import { turnOf } from '../history.ts'
import type { RotatingTokens } from '../rotating-tokens.ts'
import type { Wire, WireContext, WireRequest } from '../wire.ts'
import { issueBlocks, messagesReply } from './answer.ts'
import { anthropicFailure, anthropicRefusal } from './errors.ts'
import { checkMessages, entriesOf } from './messages.ts'
import { checkParameters } from './parameters.ts'
import { checkSubscription } from './subscription.ts'
import { checkThinking } from './thinking.ts'
import { checkTools } from './tools.ts'

/** Anthropic's Messages: https://platform.claude.com/docs/en/api/messages */
export function anthropicMessages(key: string, subscription: RotatingTokens): Wire {
  return {
    handle: (request, context) => {
      const { headers, path } = request
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
      const given = headers['x-api-key'] ?? token
      if (given === undefined) throw anthropicRefusal('key', 'x-api-key header is required', 401)
      if (token?.startsWith('sk-ant-oat')) checkSubscription(token, request, subscription)
      else if (given !== key) throw anthropicRefusal('key', 'invalid x-api-key', 401)
      if (path !== '/messages') throw anthropicRefusal('path', 'Not Found', 404)
      if (headers['anthropic-version'] === undefined) throw anthropicRefusal('version', 'anthropic-version: header is required')
      return answerMessages(request, context)
    },
    failure: anthropicFailure,
  }
}

/** Checks and answers a request whose login is settled. */
export function answerMessages({ headers, body, provider }: WireRequest, context: WireContext) {
  if (!isRecord(body)) throw anthropicRefusal('json', 'The request body is not valid JSON')
  const betas = String(headers['anthropic-beta'] ?? '')
    .split(',')
    .map((beta) => beta.trim())
  const thinking = checkParameters(body, betas)
  if (!context.knows(body.model)) throw anthropicRefusal('model', `model: ${body.model}`, 404)
  const offers = checkTools(body)
  const messages = checkMessages(body)
  const conversation = { owner: { provider, model: body.model as string }, body, messages, thinking }
  checkThinking(conversation, context)
  const turn = turnOf(body.model, entriesOf(messages), offers)
  const answer = context.play(turn)
  const issued = issueBlocks(answer.pieces, turn.step, conversation, context)
  context.issue(issued)
  return messagesReply(conversation, answer, issued)
}
