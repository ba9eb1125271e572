import type { H3Event } from 'h3'
import { BridgeError, toBridgeError } from '../../core/errors.ts'
import type { Captures } from '../../live/captures.ts'
import type { LogTail } from '../../live/log-tail.ts'
import type { Beat, Pulse } from '../../live/pulse.ts'
import { encodeOpenAIError } from '../../protocols/openai-error.ts'
import { KEEP_ALIVE, sseData } from '../../protocols/sse.ts'
import type { RecentRecords } from '../../records/recent.ts'
import type { RequestRecord } from '../../records/record.ts'
import type { Recorder } from '../../records/recorder.ts'
import type { Instance } from '../app-options.ts'
import type { Route } from '../route.ts'
import { openSse, type SseResponse } from '../sse-response.ts'
import { readNumber } from '../usage-query.ts'
import { adviceOn } from './advice.ts'
import { requireOperator } from './operator.ts'
import type { PageGuard } from './page-guard.ts'

export interface DaemonRoutesOptions {
  guard: PageGuard
  pulse: Pulse
  log: LogTail
  recent: RecentRecords
  captures: Captures
  recorder: Recorder
  instance: Instance
  /** Milliseconds. */
  heartbeatInterval: number
  /** Aborted when the daemon is to stop: what would never end by itself ends then. */
  stopping?: AbortSignal
}

/** What the daemon does at the moment, for those who run it. */
export function daemonRoutes(options: DaemonRoutesOptions): readonly Route[] {
  const { guard, pulse, log, recorder } = options

  function route(method: Route['method'], path: string, summary: string, handle: Route['handler'], answers?: Route['answers']): Route {
    const handler: Route['handler'] = (event) => {
      requireOperator(event, guard)
      return handle(event)
    }
    return { method, path, summary, tag: 'Bridge', auth: true, ...(answers && { answers }), handler }
  }

  return [
    route('GET', '/v1/daemon', 'Tells what the daemon is doing', async () => json(await pulse.now())),
    route('GET', '/v1/daemon/events', 'Streams what changes in that, twice a second at most', (event) => follow(event, options), ['text/event-stream']),
    route('GET', '/v1/daemon/log', 'Gives the last lines of the log', (event) => ({
      object: 'list',
      data: log.after(readNumber(event.url.searchParams, 'after', { least: 0, most: Number.MAX_SAFE_INTEGER }) ?? 0),
    })),
    route('GET', '/v1/daemon/requests/:id', 'Tells what is known of one of the last requests, and what was said where that is captured', (event) =>
      describeKnown(event, options),
    ),
    route('DELETE', '/v1/daemon/requests/:id', 'Stops a running request', (event) => {
      const stopped = recorder.stop(idOf(event))
      if (stopped === 0) throw notRunning(event)
      return { id: idOf(event), object: 'daemon.request.stopped', stopped }
    }),
  ]
}

async function follow(event: H3Event, { pulse, instance, heartbeatInterval, stopping }: DaemonRoutesOptions): Promise<SseResponse> {
  if (pulse.full) throw new BridgeError('Too many follow the daemon already.', { code: 'bridge_overloaded', status: 503, retryAfter: 10_000 })
  const ended = new AbortController()
  const end = () => ended.abort()
  stopping?.addEventListener('abort', end, { once: true })
  if (stopping?.aborted) end()
  const beats = pulse.follow(versionOf(event.req.headers.get('last-event-id'), instance.id), ended.signal)
  return openSse(
    event,
    frames(beats, instance.id, () => stopping?.removeEventListener('abort', end)),
    {
      heartbeat: KEEP_ALIVE,
      heartbeatInterval,
      encodeError: (thrown) => sseData(JSON.stringify(encodeOpenAIError(toBridgeError(thrown)))),
      onCancel: end,
    },
  )
}

async function* frames(beats: AsyncIterable<Beat>, instance: string, onEnd: () => void): AsyncGenerator<string> {
  try {
    for await (const { version, json } of beats) yield `id: ${instance}.${version}\n${sseData(json)}`
  } finally {
    onEnd()
  }
}

/** What a follower knows already; of another start of the daemon nothing. */
function versionOf(lastEventId: string | null, instance: string): number {
  const [, version] = lastEventId?.startsWith(`${instance}.`) ? (/\.(\d{1,15})$/.exec(lastEventId) ?? []) : []
  return Number(version ?? 0)
}

/** Null for what is not known: a request may be too old, and was captured or not. */
function describeKnown(event: H3Event, { recent, captures }: DaemonRoutesOptions): object {
  const id = idOf(event)
  const record = recent.find(id)
  const capture = captures.find(id)
  return { id, object: 'daemon.request', record: record ? describeRecord(record) : null, capture: capture ?? null }
}

/** A record for clients, in the names that `/v1/usage/requests` has. */
function describeRecord(record: RequestRecord): object {
  const { requestId, startedAt, path, status, client, userAgent, format, streamed, modelAsked, model, lane, engine, usage, attempts, times, outcome } = record
  return {
    request_id: requestId,
    time: new Date(startedAt).toISOString(),
    path,
    status,
    client: client ? (client.name ?? client.id) : null,
    user_agent: userAgent ?? null,
    format: format ?? null,
    streamed,
    model_asked: modelAsked ?? null,
    model: model ?? null,
    engine: engine ?? null,
    lane: lane ?? null,
    usage,
    attempts,
    ignored: record.ignored ?? [],
    adjusted: record.adjusted ?? [],
    queued_ms: times.queued ?? null,
    first_token_ms: times.firstToken ?? null,
    duration_ms: times.total,
    outcome,
    advice: adviceOn(record),
  }
}

function idOf(event: H3Event): string {
  return decodeURIComponent(event.context.params?.id ?? '')
}

function notRunning(event: H3Event): BridgeError {
  return new BridgeError(`No request of the id ${idOf(event).slice(0, 128)} is running.`, { code: 'not_found', status: 404 })
}

function json(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json; charset=utf-8' } })
}
