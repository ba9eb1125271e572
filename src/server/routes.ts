import type { H3Event } from 'h3'
import { chatCompletions } from '../protocols/chat-completions/index.ts'
import { completions } from '../protocols/completions/index.ts'
import { messages } from '../protocols/messages/index.ts'
import { oneCall } from '../protocols/one-call/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { responses } from '../protocols/responses/index.ts'
import { modelNames } from './app-options.ts'
import { countTokens } from './count-tokens.ts'
import { geminiRoutes } from './gemini-routes.ts'
import { generate } from './generate.ts'
import { health, readiness } from './health.ts'
import { findModel, listModels } from './models.ts'
import { answerOneCall } from './one-call.ts'
import { cancelResponse, createResponse, deleteResponse, getResponse, listInputItems } from './responses-routes.ts'
import type { Route } from './route.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { daemonStatus } from './status.ts'
import { unsupportedRoutes } from './unsupported.ts'

/** Everything that the daemon answers to. */
export const routes: readonly Route[] = [
  generation('/v1/chat/completions', chatCompletions),
  generation('/v1/completions', completions),
  generation('/v1/messages', messages),
  { method: 'POST', path: '/v1/messages/count_tokens', auth: true, protocol: messages, handler: countTokens },
  { method: 'POST', path: '/v1/responses', auth: true, protocol: responses, handler: createResponse },
  { method: 'GET', path: '/v1/responses/:id', auth: true, protocol: responses, handler: getResponse },
  { method: 'DELETE', path: '/v1/responses/:id', auth: true, protocol: responses, handler: deleteResponse },
  { method: 'GET', path: '/v1/responses/:id/input_items', auth: true, protocol: responses, handler: listInputItems },
  { method: 'POST', path: '/v1/responses/:id/cancel', auth: true, protocol: responses, handler: cancelResponse },
  { method: 'POST', path: '/api/opencode', auth: true, protocol: oneCall, handler: answerOneCall },
  ...geminiRoutes,
  { method: 'GET', path: '/v1/models', auth: true, handler: (_, services) => listModels(modelNames(services)) },
  { method: 'GET', path: '/v1/models/**', auth: true, handler: (event, services) => findModel(modelName(event), modelNames(services)) },
  ...sessionRoutes,
  { method: 'GET', path: '/health', auth: false, handler: (_, services) => health(services) },
  { method: 'GET', path: '/ready', auth: false, handler: readiness },
  { method: 'GET', path: '/status', auth: true, handler: (_, services) => daemonStatus(services) },
  ...unsupportedRoutes,
]

function generation(path: string, protocol: Protocol): Route {
  return { method: 'POST', path, auth: true, protocol, handler: (event, services) => generate(event, protocol, services) }
}

/** Ids contain slashes, which clients send as they are or percent-encoded. */
function modelName(event: H3Event): string {
  return decodeURIComponent(event.url.pathname.slice('/v1/models/'.length))
}
