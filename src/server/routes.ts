import { chatCompletions } from '../protocols/chat-completions/index.ts'
import { completions } from '../protocols/completions/index.ts'
import { countRequestSchema, decodeCountRequest, encodeCount, messages } from '../protocols/messages/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { type CaptureRoutesOptions, captureRoutes } from './console/capture-routes.ts'
import { type ConnectRoutesOptions, connectRoutes } from './console/connect-routes.ts'
import { type DaemonRoutesOptions, daemonRoutes } from './console/daemon-routes.ts'
import { embeddingRoutes } from './embeddings.ts'
import { createDashboard, dashboardRoutes } from './console/dashboard.ts'
import { frontPage } from './front-page.ts'
import { type GeminiRoutesOptions, geminiRoutes } from './gemini-routes.ts'
import { health, readiness } from './health.ts'
import { type MetricsRouteOptions, metricsRoutes } from './metrics-routes.ts'
import { modelsRoutes } from './models-routes.ts'
import { type OllamaRoutesOptions, ollamaRoutes } from './ollama-routes.ts'
import { type OneCallOptions, oneCallRoute } from './one-call.ts'
import { documentRoutes } from './openapi/routes.ts'
import { type PlanRoutesOptions, planRoutes } from './plan-routes.ts'
import { type ResponsesRoutesOptions, responsesRoutes } from './responses-routes.ts'
import { JSON_OR_EVENTS, type Route, type Tag } from './route.ts'
import { type SessionRoutesOptions, sessionRoutes } from './sessions/routes.ts'
import { daemonStatus, type StatusOptions } from './status.ts'
import { unsupportedRoutes } from './unsupported.ts'
import { usageRoutes } from './usage-routes.ts'

/** What the modules of routes take, all together. */
export type RoutesOptions = PlanRoutesOptions &
  CaptureRoutesOptions &
  ConnectRoutesOptions &
  DaemonRoutesOptions &
  GeminiRoutesOptions &
  MetricsRouteOptions &
  OllamaRoutesOptions &
  OneCallOptions &
  ResponsesRoutesOptions &
  SessionRoutesOptions &
  StatusOptions

/** Everything that the daemon answers to. */
export function createRoutes(options: RoutesOptions): readonly Route[] {
  const { responder, countTokens, engine, instance, modelNames, guard } = options
  const dashboard = createDashboard(guard)

  function generation(path: string, protocol: Protocol, tag: Tag, summary: string): Route {
    const handler: Route['handler'] = (event) => responder.generate(event, protocol)
    return { method: 'POST', path, summary, tag, auth: true, protocol, request: protocol.requestSchema, answers: JSON_OR_EVENTS, handler }
  }

  const routes: readonly Route[] = [
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
      handler: async (event) => encodeCount(await countTokens(event, decodeCountRequest)),
    },
    ...responsesRoutes(options),
    oneCallRoute(options),
    ...geminiRoutes(options),
    ...ollamaRoutes(options),
    ...embeddingRoutes(options),
    ...modelsRoutes(modelNames),
    ...sessionRoutes(options),
    frontPage({ version: instance.version, asksForKeys: guard.asksForKeys, dashboard }),
    ...dashboardRoutes(dashboard),
    { method: 'GET', path: '/health', summary: 'Tells that the daemon lives', tag: 'Bridge', auth: false, handler: () => health(instance) },
    {
      method: 'GET',
      path: '/ready',
      summary: 'Tells whether a request would be served',
      tag: 'Bridge',
      auth: false,
      handler: (event) => readiness(event, engine),
    },
    { method: 'GET', path: '/status', summary: 'Tells what the daemon is doing', tag: 'Bridge', auth: true, handler: () => daemonStatus(options) },
    ...metricsRoutes(options),
    ...usageRoutes(options.books),
    ...planRoutes(options),
    ...daemonRoutes(options),
    ...captureRoutes(options),
    ...connectRoutes(options),
    ...documentRoutes(() => routes, instance.version),
    ...unsupportedRoutes,
  ]
  return routes
}
