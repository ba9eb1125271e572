import { isBlank, isRecord, type Json } from '../check.ts'
import { openAiFailure } from '../openai/errors.ts'
import { answerResponses } from '../openai/responses.ts'
import type { StoredItems } from '../openai/responses-store.ts'
import { Refusal } from '../refusal.ts'
import type { Wire, WireRequest } from '../wire.ts'
import type { OAuth } from './oauth.ts'

/** Parameters of Responses that this backend does not take. */
const UNSUPPORTED = [
  'max_output_tokens',
  'temperature',
  'top_p',
  'truncation',
  'user',
  'metadata',
  'previous_response_id',
  'safety_identifier',
  'prompt_cache_retention',
]

/**
 * ChatGPT's own backend for Codex, `chatgpt.com/backend-api/codex/responses`. It has no reference; its demands are those
 * that public reports of its refusals name, its wire is Responses.
 */
export function chatGptBackend(oauth: OAuth, storeOf: (provider: string) => StoredItems): Wire {
  return {
    handle: (request, context) => {
      checkLogin(request, oauth)
      if (request.path !== '/backend-api/codex/responses') throw detail('path', 'Not Found', 404)
      const { body, provider } = request
      if (!isRecord(body)) throw detail('json', 'Invalid JSON')
      checkDemands(body)
      if (!context.knows(body.model) || !String(body.model).startsWith('gpt-5'))
        throw detail('model', `The '${body.model}' model is not supported when using Codex with a ChatGPT account.`)
      // What Codex says of itself is no parameter of Responses.
      const { client_metadata: _, ...parameters } = body
      return answerResponses({ body: parameters, provider, vendor: 'chatgpt', store: storeOf(provider) }, context)
    },
    failure: openAiFailure,
  }
}

function checkLogin({ headers }: WireRequest, oauth: OAuth): void {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) throw detail('login', 'Unauthorized', 401)
  if (!oauth.accepts(token)) {
    const message = 'Provided authentication token is expired. Please try signing in again.'
    throw new Refusal('chatgpt/login', 401, message, { error: { message, type: null, code: 'token_expired', param: null }, status: 401 })
  }
  if (headers['chatgpt-account-id'] !== oauth.accountId) throw detail('account', 'Unauthorized', 401)
}

function checkDemands(body: Json): void {
  if (typeof body.instructions !== 'string' || body.instructions === '') throw detail('instructions', 'Instructions are required')
  if (body.store !== false) throw detail('store', 'Store must be set to false')
  if (body.stream !== true) throw detail('stream', 'Stream must be set to true')
  if (!Array.isArray(body.input)) throw detail('input', 'Input must be a list')
  if (body.input.some((item: unknown) => isRecord(item) && item.role === 'system')) throw detail('system', 'System messages are not allowed')
  const unsupported = UNSUPPORTED.find((key) => !isBlank(body[key]))
  if (unsupported !== undefined) throw detail('unsupported', `Unsupported parameter: ${unsupported}`)
}

function detail(rule: string, message: string, status = 400): Refusal {
  return new Refusal(`chatgpt/${rule}`, status, message, { detail: message })
}
