import { chatCompletions } from '../protocols/chat-completions/index.ts'
import { completions } from '../protocols/completions/index.ts'
import { countRequestSchema, messages } from '../protocols/messages/index.ts'
import { oneCall } from '../protocols/one-call/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { responses } from '../protocols/responses/index.ts'
import { countMessageTokens, countResponseTokens } from './count-tokens.ts'
import { frontPage } from './front-page.ts'
import { geminiRoutes } from './gemini-routes.ts'
import { generate } from './generate.ts'
import { health, readiness } from './health.ts'
import { modelsRoutes } from './models-routes.ts'
import { answerOneCall } from './one-call.ts'
import { documentRoutes } from './openapi/routes.ts'
import { cancelResponse, createResponse, deleteResponse, getResponse, listInputItems } from './responses-routes.ts'
import { JSON_OR_EVENTS, type Route, type Tag } from './route.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { daemonStatus } from './status.ts'
import { unsupportedRoutes } from './unsupported.ts'

const kept = { tag: 'OpenAI', auth: true, protocol: responses } as const

/** Everything that the daemon answers to. */
export const routes: readonly Route[] = [
  generation('/v1/chat/completions', chatCompletions, 'OpenAI', 'Answers a conversation'),
  generation('/v1/completions', completions, 'OpenAI', 'Continues a text'),
  generation('/v1/messages', messages, 'Anthropic', 'Answers a conversation'),
  {
    method: 'POST',
    path: '/v1/messages/count_tokens',
    summary: 'Estimates the tokens of a conversation',
    tag: 'Anthropic',
    auth: true,
    protocol: messages,
    request: countRequestSchema,
    handler: countMessageTokens,
  },
  { ...generation('/v1/responses', responses, 'OpenAI', 'Answers a conversation, and keeps the answer'), handler: createResponse },
  {
    ...kept,
    method: 'POST',
    path: '/v1/responses/input_tokens',
    summary: 'Estimates the tokens of a conversation',
    request: responses.requestSchema,
    handler: countResponseTokens,
  },
  { ...kept, method: 'GET', path: '/v1/responses/:id', summary: 'Gives a response that was kept', handler: getResponse },
  { ...kept, method: 'DELETE', path: '/v1/responses/:id', summary: 'Forgets a response', handler: deleteResponse },
  { ...kept, method: 'GET', path: '/v1/responses/:id/input_items', summary: 'Lists what a response was made from', handler: listInputItems },
  { ...kept, method: 'POST', path: '/v1/responses/:id/cancel', summary: 'Ends a response that is running', handler: cancelResponse },
  {
    method: 'POST',
    path: '/api/opencode',
    summary: 'Answers one prompt by one text',
    tag: 'One call',
    auth: true,
    protocol: oneCall,
    request: oneCall.requestSchema,
    handler: answerOneCall,
  },
  ...geminiRoutes,
  ...modelsRoutes,
  ...sessionRoutes,
  frontPage,
  { method: 'GET', path: '/health', summary: 'Tells that the daemon lives', tag: 'Bridge', auth: false, handler: (_, services) => health(services) },
  { method: 'GET', path: '/ready', summary: 'Tells whether a request would be served', tag: 'Bridge', auth: false, handler: readiness },
  { method: 'GET', path: '/status', summary: 'Tells what the daemon is doing', tag: 'Bridge', auth: true, handler: (_, services) => daemonStatus(services) },
  ...documentRoutes(() => routes),
  ...unsupportedRoutes,
]

function generation(path: string, protocol: Protocol, tag: Tag, summary: string): Route {
  return {
    method: 'POST',
    path,
    summary,
    tag,
    auth: true,
    protocol,
    request: protocol.requestSchema,
    answers: JSON_OR_EVENTS,
    handler: (event, services) => generate(event, protocol, services),
  }
}
