import type { H3Event } from 'h3'
import { z } from 'zod'
import { toBridgeError } from '../../core/errors.ts'
import { invalidRequest } from '../../protocols/invalid-request.ts'
import { encodeOpenAIError } from '../../protocols/openai-error.ts'
import { sseData } from '../../protocols/sse.ts'
import type { Services } from '../app-options.ts'
import { readJsonBody } from '../json-body.ts'
import type { Route } from '../route.ts'
import { openSse } from '../sse-response.ts'
import { callBackend, forward, withJson } from './backend.ts'
import { decodeMessage, streamMessage, wantsStream } from './message.ts'
import { findProvider, listProviders } from './providers.ts'

/** Of a session only these are the client's to set; its folder and its permissions are the daemon's. */
export const sessionSchema = z.object({ title: z.string().optional(), parentID: z.string().optional() })
export const sessionUpdateSchema = z.object({ title: z.string().optional(), time: z.object({ archived: z.number() }).optional() })
export const permissionReplySchema = z.object({ response: z.enum(['once', 'reject']) })

/** opencode's session API, as its own SDK calls it, in front of opencode's own server. */
export const sessionRoutes: readonly Route[] = [
  route('GET', '/session', (event, { sessions }) => forward(sessions, '/session', { signal: event.req.signal })),
  route('POST', '/session', async (event, services) => forward(services.sessions, '/session', withJson('POST', await read(event, services, sessionSchema)))),
  route('GET', '/session/:id', (event, { sessions }) => forward(sessions, sessionPath(event))),
  route('PATCH', '/session/:id', async (event, services) =>
    forward(services.sessions, sessionPath(event), withJson('PATCH', await read(event, services, sessionUpdateSchema))),
  ),
  route('DELETE', '/session/:id', (event, { sessions }) => forward(sessions, sessionPath(event), { method: 'DELETE' })),
  route('GET', '/session/:id/message', (event, { sessions }) => forward(sessions, `${sessionPath(event)}/message`)),
  route('POST', '/session/:id/message', sendMessage),
  route('POST', '/session/:id/abort', (event, { sessions }) => forward(sessions, `${sessionPath(event)}/abort`, { method: 'POST' })),
  route('POST', '/session/:id/permissions/:permission', async (event, services) => {
    const reply = await read(event, services, permissionReplySchema)
    return forward(services.sessions, `${sessionPath(event)}/permissions/${param(event, 'permission')}`, withJson('POST', reply))
  }),
  route('GET', '/event', (event, { sessions }) => forward(sessions, '/event', { signal: event.req.signal })),
  route('GET', '/provider', (_, { engine }) => listProviders(engine.models())),
  route('GET', '/provider/:id', (event, { engine }) => findProvider(rawParam(event, 'id'), engine.models())),
  route('GET', '/provider/:id/model', (event, { engine }) => Object.values(findProvider(rawParam(event, 'id'), engine.models()).models)),
]

function route(method: Route['method'], path: string, handler: Route['handler']): Route {
  return { method, path, auth: true, handler }
}

async function sendMessage(event: H3Event, services: Services): Promise<unknown> {
  const { sessions, config } = services
  const message = decodeMessage(await readJsonBody(event.req as Request, config.maxBodyBytes))
  const left = new AbortController()
  const leave = () => left.abort()
  event.req.signal.addEventListener('abort', leave, { once: true })
  if (wantsStream(event.req.headers.get('accept'), message)) {
    return openSse(streamMessage(sessions, rawParam(event, 'id'), message, left.signal), {
      heartbeatInterval: config.heartbeatInterval,
      encodeError: (error) => sseData(JSON.stringify(encodeOpenAIError(toBridgeError(error)))),
      onCancel: leave,
    })
  }
  // opencode goes on with an answer that nobody waits for.
  event.req.signal.addEventListener('abort', () => void sessions.fetch(`${sessionPath(event)}/abort`, { method: 'POST' }).catch(() => {}), { once: true })
  return (await callBackend(sessions, `${sessionPath(event)}/message`, withJson('POST', message.body, left.signal))).json()
}

async function read<T extends z.ZodType>(event: H3Event, { config }: Services, schema: T): Promise<z.output<T>> {
  // SDKs send no body where every field is optional.
  const body = event.req.headers.get('content-type') === null ? {} : await readJsonBody(event.req as Request, config.maxBodyBytes)
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  return parsed.data
}

function sessionPath(event: H3Event): string {
  return `/session/${param(event, 'id')}`
}

/** Encoded anew, so that no path of a client's reaches another route of opencode's. */
function param(event: H3Event, name: string): string {
  return encodeURIComponent(rawParam(event, name))
}

function rawParam(event: H3Event, name: string): string {
  return decodeURIComponent(event.context.params?.[name] ?? '')
}
