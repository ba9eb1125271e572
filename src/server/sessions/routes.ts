import type { H3Event } from 'h3'
import { z } from 'zod'
import { BridgeError, toBridgeError } from '../../core/errors.ts'
import { LinkedAbort } from '../../core/linked-abort.ts'
import type { ModelNames } from '../../models/names.ts'
import { encodeOpenAIError } from '../../protocols/openai-error.ts'
import { parseBody } from '../../protocols/read-body.ts'
import { KEEP_ALIVE, sseData } from '../../protocols/sse.ts'
import { clientOf } from '../admit.ts'
import type { LimitGate } from '../../access/limits/limit-gate.ts'
import type { BodyReader } from '../json-body.ts'
import { JSON_OR_EVENTS, type Route } from '../route.ts'
import { openSse, type SseResponse } from '../sse-response.ts'
import { callBackend, deleteSession, forward, type SessionBackend, withJson } from './backend.ts'
import { ownEvents } from './events.ts'
import { decodeMessage, messageSchema, streamMessage, wantsStream } from './message.ts'
import { meterAgent } from './agent-meter.ts'
import type { SessionOwners } from './owners.ts'
import { findProvider, listProviders } from './providers.ts'

/** Of a session only these are the client's to set; its folder and its permissions are the daemon's. */
export const sessionSchema = z.object({ title: z.string().optional(), parentID: z.string().optional() })
export const sessionUpdateSchema = z.object({ title: z.string().optional(), time: z.object({ archived: z.number() }).optional() })
export const permissionReplySchema = z.object({ response: z.enum(['once', 'reject']) })

export interface SessionRoutesOptions {
  sessions: SessionBackend
  owners: SessionOwners
  bodies: BodyReader
  modelNames(): ModelNames
  limits?: LimitGate
  /** Milliseconds. */
  heartbeatInterval: number
  /** Aborted when the daemon is to stop: what would never end by itself ends then. */
  stopping?: AbortSignal
}

/** opencode's session API, as its own SDK calls it, in front of opencode's own server. */
export function sessionRoutes(options: SessionRoutesOptions): readonly Route[] {
  const { sessions, owners, bodies, modelNames } = options
  const providers = () => modelNames().models

  function route(method: Route['method'], path: string, summary: string, handler: Route['handler'], more: Pick<Route, 'request' | 'answers'> = {}): Route {
    return { method, path, summary, tag: 'Sessions', auth: true, handler: path.startsWith('/session/:id') ? ofOwner(handler, owners) : handler, ...more }
  }

  return [
    route('GET', '/session', 'Lists the sessions', (event) => listSessions(event, options)),
    route('POST', '/session', 'Begins a session', (event) => beginSession(event, options), { request: sessionSchema }),
    route('GET', '/session/:id', 'Describes a session', (event) => forward(sessions, sessionPath(event))),
    route(
      'PATCH',
      '/session/:id',
      'Changes a session',
      async (event) => forward(sessions, sessionPath(event), withJson('PATCH', await read(event, bodies, sessionUpdateSchema))),
      { request: sessionUpdateSchema },
    ),
    route('DELETE', '/session/:id', 'Deletes a session', (event) => deleteSession(sessions, sessionPath(event))),
    route('GET', '/session/:id/message', 'Lists the messages of a session', (event) => forward(sessions, `${sessionPath(event)}/message`)),
    route('POST', '/session/:id/message', 'Sends a message and answers it', (event) => sendMessage(event, options), {
      request: messageSchema,
      answers: JSON_OR_EVENTS,
    }),
    route('POST', '/session/:id/abort', 'Ends the answer that is running', (event) => forward(sessions, `${sessionPath(event)}/abort`, { method: 'POST' })),
    route('POST', '/session/:id/permissions/:permission', 'Answers a question for permission', (event) => answerPermission(event, options), {
      request: permissionReplySchema,
    }),
    route('GET', '/event', 'Streams what happens in the client’s sessions', (event) => streamEvents(event, options), { answers: ['text/event-stream'] }),
    route('GET', '/provider', 'Lists the providers', () => listProviders(providers())),
    route('GET', '/provider/:id', 'Describes a provider', (event) => findProvider(providerOf(event), providers())),
    route('GET', '/provider/:id/model', 'Lists the models of a provider', (event) => Object.values(findProvider(providerOf(event), providers()).models)),
  ]
}

/** Lets nobody at a session but the client that began it. */
function ofOwner(handler: Route['handler'], owners: SessionOwners): Route['handler'] {
  return async (event) => {
    await checkOwner(event, owners, idOf(event, 'id'))
    return handler(event)
  }
}

/** @throws BridgeError 404 */
async function checkOwner(event: H3Event, owners: SessionOwners, session: string): Promise<void> {
  if (!(await owners.owns(clientOf(event).id, session))) throw nothing(session)
}

interface Session {
  id: string
}

async function listSessions(event: H3Event, { sessions, owners }: SessionRoutesOptions): Promise<Session[]> {
  const all = (await (await callBackend(sessions, '/session', { signal: event.req.signal })).json()) as Session[]
  const own = await Promise.all(all.map(({ id }) => owners.owns(clientOf(event).id, id)))
  return all.filter((_, index) => own[index])
}

async function beginSession(event: H3Event, { sessions, owners, bodies }: SessionRoutesOptions): Promise<Session> {
  const wanted = await read(event, bodies, sessionSchema)
  if (wanted.parentID !== undefined) await checkOwner(event, owners, wanted.parentID)
  const session = (await (await callBackend(sessions, '/session', withJson('POST', wanted))).json()) as Session
  owners.claim(session.id, clientOf(event).id)
  return session
}

function streamEvents(event: H3Event, { sessions, owners, heartbeatInterval, stopping }: SessionRoutesOptions): Promise<SseResponse> {
  const left = new LinkedAbort(event.req.signal, ...(stopping ? [stopping] : []))
  return streamTo(event, left, ownEvents(sessions, owners, clientOf(event).id, left.signal), heartbeatInterval)
}

function streamTo(event: H3Event, left: LinkedAbort, frames: AsyncGenerator<string>, heartbeatInterval: number): Promise<SseResponse> {
  return openSse(event, frames, {
    heartbeat: KEEP_ALIVE,
    heartbeatInterval,
    encodeError: (error) => sseData(JSON.stringify(encodeOpenAIError(toBridgeError(error)))),
    onCancel: () => left.abort(),
  })
}

async function answerPermission(event: H3Event, { sessions, bodies }: SessionRoutesOptions): Promise<unknown> {
  const reply = await read(event, bodies, permissionReplySchema)
  return forward(sessions, `${sessionPath(event)}/permissions/${idOf(event, 'permission')}`, withJson('POST', reply))
}

async function sendMessage(event: H3Event, options: SessionRoutesOptions): Promise<unknown> {
  const { sessions, bodies, modelNames, heartbeatInterval } = options
  const message = decodeMessage(await bodies.read(event), modelNames())
  const meter = await meterAgent(event, message.body, options)
  const left = new LinkedAbort(event.req.signal)
  if (wantsStream(event.req.headers.get('accept'), message))
    return streamTo(event, left, meter.stream(sessionPath(event), streamMessage(sessions, idOf(event, 'id'), message, left.signal)), heartbeatInterval)
  // opencode goes on with an answer that nobody waits for.
  event.req.signal.addEventListener('abort', () => void sessions.fetch(`${sessionPath(event)}/abort`, { method: 'POST' }).catch(() => {}), { once: true })
  return meter.run(sessionPath(event), async () =>
    (await callBackend(sessions, `${sessionPath(event)}/message`, withJson('POST', message.body, left.signal))).json(),
  )
}

async function read<T extends z.ZodType>(event: H3Event, bodies: BodyReader, schema: T): Promise<z.output<T>> {
  const body = isEmpty(event.req.headers) ? {} : await bodies.read(event)
  return parseBody(schema, body) as z.output<T>
}

/** Clients send no body where every field is optional. */
function isEmpty(headers: Headers): boolean {
  const length = headers.get('content-length')
  return length === '0' || (length === null && !headers.has('transfer-encoding') && !headers.has('content-type'))
}

function sessionPath(event: H3Event): string {
  return `/session/${idOf(event, 'id')}`
}

/**
 * An id of opencode's. Nothing else may stand in a path, where it could lead to another route of opencode's.
 * @throws BridgeError 404
 */
function idOf(event: H3Event, name: string): string {
  const id = event.context.params?.[name] ?? ''
  if (/^[a-z]+_\w+$/i.test(id)) return id
  throw nothing(id)
}

function nothing(id: string): BridgeError {
  return new BridgeError(`There is nothing with the id '${id.slice(0, 100)}'.`, { code: 'not_found', status: 404 })
}

/** @throws BridgeError 404 for one that is encoded wrongly */
function providerOf(event: H3Event): string {
  const id = event.context.params?.id ?? ''
  try {
    return decodeURIComponent(id)
  } catch {
    throw new BridgeError(`The provider '${id.slice(0, 100)}' does not exist.`, { code: 'not_found', status: 404 })
  }
}
