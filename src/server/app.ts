import { H3, type H3Event } from 'h3'
import { challengeOf, createAuthenticate } from '../access/authenticate.ts'
import type { LimitGate } from '../access/limits/limit-gate.ts'
import { BridgeError } from '../core/errors.ts'
import { gemini } from '../protocols/gemini/index.ts'
import { encodeOpenAIError } from '../protocols/openai-error.ts'
import { admit, clientOf } from './admit.ts'
import type { AppOptions } from './app-options.ts'
import { refuseForeignPages } from './browser-guard.ts'
import { createPathReader } from './canonical-path.ts'
import { callerOf, vendorOf } from './caller.ts'
import { applyCors } from './cors.ts'
import { errorBehind, errorResponse } from './error-response.ts'
import { createParts } from './parts.ts'
import { hearWindows } from './hear-windows.ts'
import { passHeaders } from './passed-headers.ts'
import { beginRecord, hasRecord, recordOf, tellDefect, tellRequestId } from './event-record.ts'
import type { Route } from './route.ts'
import { createRoutes } from './routes.ts'
import { isUpgrade, openSocket, refuseUpgrade, type SocketOptions } from './sockets/upgrade.ts'
import { endUpload } from './upload.ts'

/** Makes the HTTP app; `toNodeHandler(app)` serves it, `app.request()` calls it without a port. */
export function createApp(options: AppOptions): H3 {
  const { config, onDefect, recorder } = options
  const parts = createParts(options)
  const routes = createRoutes(parts.routes)
  const authenticate = createAuthenticate(config, { managed: options.managedKeys, sources: options.keySources, fetch: options.fetch })
  const challenge = challengeOf(config)
  const admitted: Admit = (event) => admit(event, authenticate, challenge)
  const readPath = createPathReader(routes)

  const app = new H3({
    // Errors are in our own log; h3 would print them, with prompts.
    silent: true,
    onRequest: (event) => {
      beginRecord(event, recorder)
      const path = readPath({ method: event.req.method, pathname: event.url.pathname, ofGoogle: vendorOf(event) === gemini })
      recordOf(event).path = event.url.pathname = path
    },
    onResponse: (response, event) => {
      recordOf(event).status = event.context.isSocket ? 101 : response.status
    },
    onError: async (thrown, event) => {
      // A malformed URL fails before `onRequest`.
      if (!hasRecord(event)) beginRecord(event, recorder)
      const error = errorBehind(thrown, event)
      recordOf(event).fail(error)
      tellDefect(event, error, onDefect)
      if (error.answer) {
        hearWindows(event, parts.routes.windows, error.answer.headers)
        passHeaders(event, error.answer.headers)
      }
      if (await endUpload(event.req)) event.res.errHeaders.set('connection', 'close')
      return errorResponse(error, encodeError(event, error, routes), event)
    },
  })

  app.use((event) => tellRequestId(event, callerOf(event, routes)?.requestIdHeader))
  app.use((event) => applyCors(event, config.corsOrigins))
  app.use((event) => refuseForeignPages(event, config))
  app.use(refuseUpgrade)
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path)
    app.all(path, (event) => (isUpgrade(event) ? upgrade(event, app, admitted, parts.sockets) : dispatch(event, here, { admitted, limits: options.limits })))
  }
  return app
}

/** Only `SOCKET_PATH` gets here. */
async function upgrade(event: H3Event, app: H3, admitted: Admit, sockets: SocketOptions): Promise<unknown> {
  await admitted(event)
  recordOf(event).client = clientOf(event)
  return openSocket(app, event, sockets)
}

type Admit = (event: H3Event) => Promise<void>

/** What stands before the routes. */
interface Entrance {
  admitted: Admit
  limits: LimitGate | undefined
}

async function dispatch(event: H3Event, here: readonly Route[], { admitted, limits }: Entrance): Promise<unknown> {
  const methods = event.req.method === 'HEAD' ? ['HEAD', 'GET'] : [event.req.method]
  const route = here.find(({ method }) => method === 'ANY' || methods.includes(method))
  if (route === undefined) throw methodNotAllowed(event, here)
  const record = recordOf(event)
  record.route = route.path
  record.format = route.protocol?.name
  if (route.auth) {
    await admitted(event)
    record.client = clientOf(event)
    limits?.checkRoute(record.client, event.url.pathname)
  }
  return route.handler(event)
}

function methodNotAllowed(event: H3Event, here: readonly Route[]): BridgeError {
  const allowed = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  event.res.errHeaders.set('allow', allowed)
  return new BridgeError(`Not allowed to ${event.req.method} on ${event.url.pathname}; allowed: ${allowed}.`, {
    code: 'method_not_allowed',
    status: 405,
  })
}

/** The JSON text of an error in the envelope of the client's format; a provider of that format has written it itself. */
function encodeError(event: H3Event, error: BridgeError, routes: readonly Route[]): string {
  const protocol = callerOf(event, routes)
  const written = error.answer?.body
  if (written && written.wire === protocol?.wire) return written.text
  return JSON.stringify(protocol?.encodeError(error, hasRecord(event) ? recordOf(event).requestId : undefined) ?? encodeOpenAIError(error))
}
