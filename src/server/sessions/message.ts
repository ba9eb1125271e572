import { z } from 'zod'
import { parseBody } from '../../protocols/read-body.ts'
import { sseData } from '../../protocols/sse.ts'
import { type ModelNames, resolveModel } from '../../models/names.ts'
import { callBackend, type SessionBackend, withJson } from './backend.ts'
import { eventData, sessionOf } from './events.ts'

/** How long the events behind an answer are waited for, in milliseconds. */
const LAST_EVENTS = 1000

const model = z.union([z.string(), z.object({ providerID: z.string(), modelID: z.string() })])

/**
 * Of opencode's kinds of parts the two that are content. A file is what it holds: opencode reads a `file:` URL from the
 * disk, and runs what the parts `agent` and `subtask` ask for, all without asking its permissions.
 */
const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), id: z.string().optional() }),
  z.object({
    type: z.literal('file'),
    mime: z.string().min(1),
    url: z.string().startsWith('data:', { message: 'only a data: URL, which holds the file itself, is allowed' }),
    filename: z.string().optional(),
    id: z.string().optional(),
  }),
])

/** Both bodies that clients send: `{ "content": … }`, and opencode's own `{ "parts": [ … ] }`. */
export const messageSchema = z
  .object({
    content: z.string().min(1).optional(),
    parts: z.array(part).min(1).optional(),
    model: model.nullish(),
    agent: z.string().min(1).nullish(),
    system: z.string().nullish(),
    noReply: z.boolean().nullish(),
    messageID: z.string().nullish(),
    variant: z.string().nullish(),
  })
  .refine(({ content, parts }) => (content === undefined) !== (parts === undefined), {
    message: 'either content, a text, or parts, a list, is needed',
    path: ['content'],
  })

export interface SessionMessage {
  /** As opencode takes it. */
  body: Record<string, unknown>
  /** Whether the short body was used, whose clients expect a stream unless they say otherwise. */
  short: boolean
}

/**
 * Reads a message for a session. Only these fields reach opencode: tools and permissions are the daemon's policy.
 * @throws BridgeError 400, 404 for a model that does not exist
 */
export function decodeMessage(input: Record<string, unknown>, models: ModelNames): SessionMessage {
  const { content, parts, model: wanted, ...rest } = parseBody(messageSchema, input)
  return {
    body: {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
      parts: parts ?? [{ type: 'text', text: content }],
      ...(wanted ? { model: typeof wanted === 'string' ? splitModel(resolveModel(wanted, models)) : wanted } : {}),
    },
    short: content !== undefined,
  }
}

function splitModel(id: string): { providerID: string; modelID: string } {
  const slash = id.indexOf('/')
  return { providerID: id.slice(0, slash), modelID: id.slice(slash + 1) }
}

/** Whether the answer is wanted as server-sent events. */
export function wantsStream(accept: string | null, { short }: SessionMessage): boolean {
  if (accept?.includes('text/event-stream')) return true
  return short && !accept?.includes('application/json')
}

/**
 * Sends a message and streams opencode's events of the session, then the finished message as `message.completed`.
 * Leaving the stream early aborts the answer.
 */
export async function* streamMessage(backend: SessionBackend, id: string, message: SessionMessage, signal: AbortSignal): AsyncGenerator<string> {
  const listening = new AbortController()
  const end = () => listening.abort()
  signal.addEventListener('abort', end, { once: true })
  const path = `/session/${encodeURIComponent(id)}`
  let done = false
  try {
    // Listening comes first, so that no event of the answer is missed.
    const events = await callBackend(backend, '/event', { signal: listening.signal })
    const answer = callBackend(backend, `${path}/message`, withJson('POST', message.body, listening.signal)).then((response) => response.json())
    // An answer that fails ends the listening; its error is thrown below. Behind one that succeeds come its last events.
    answer.then(() => setTimeout(end, message.body.noReply ? 0 : LAST_EVENTS).unref(), end)
    for await (const data of eventData(events, listening.signal)) {
      if (sessionOf(data) === id) yield sseData(JSON.stringify(data))
      if (sessionOf(data) === id && data.type === 'session.idle') break
    }
    const completed = (await answer) as Record<string, unknown>
    done = true
    yield sseData(JSON.stringify({ type: 'message.completed', properties: completed }))
  } finally {
    signal.removeEventListener('abort', end)
    listening.abort()
    if (!done) await backend.fetch(`${path}/abort`, { method: 'POST' }).catch(() => {})
  }
}
