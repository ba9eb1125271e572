import { answerMessages } from '../anthropic/messages-api.ts'
import { openAiFailure } from '../openai/errors.ts'
import type { StoredItems } from '../openai/responses-store.ts'
import { answerResponses } from '../openai/responses.ts'
import type { Wire } from '../wire.ts'
import { answerCopilotChat } from './chat.ts'
import { checkCallHeaders, checkLogin, copilotRefusal } from './headers.ts'
import { copilotModelList } from './models.ts'

/** GitHub Copilot's three wires behind one login, and its list of models. `token` may change between two calls. */
export function copilot(token: () => string, storeOf: (provider: string) => StoredItems): Wire {
  return {
    handle: (request, context) => {
      const { method, path, headers, body, provider } = request
      checkLogin(headers, token())
      if (method === 'GET' && path === '/models') return { status: 200, json: copilotModelList() }
      checkCallHeaders(headers, body)
      switch (path) {
        case '/chat/completions':
          return answerCopilotChat(request, context)
        case '/responses':
          return answerResponses({ body, provider, vendor: 'copilot-responses', store: storeOf(provider), rotatingIds: true }, context)
        case '/v1/messages':
          return answerMessages(request, context)
        default:
          throw copilotRefusal('path', 404, '404 page not found')
      }
    },
    failure: openAiFailure,
  }
}
