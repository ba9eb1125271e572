import type { H3Event } from 'h3'
import type { LimitGate } from '../access/limits/limit-gate.ts'
import { BridgeError } from '../core/errors.ts'
import type { ModelNames } from '../models/names.ts'
import { encodeOneCall, oneCall, parseOneCall } from '../protocols/one-call/index.ts'
import type { Responder } from './responder.ts'
import type { BodyReader } from './json-body.ts'
import type { Route } from './route.ts'
import { meterAgent } from './sessions/agent-meter.ts'
import { callBackend, deleteSession, type SessionBackend, withJson } from './sessions/backend.ts'
import { decodeMessage } from './sessions/message.ts'

export interface OneCallOptions {
  bodies: BodyReader
  responder: Responder
  sessions: SessionBackend
  modelNames(): ModelNames
  limits?: LimitGate
  /** Characters. */
  maxPromptLength: number
}

export function oneCallRoute(options: OneCallOptions): Route {
  return {
    method: 'POST',
    path: '/api/opencode',
    summary: 'Answers one prompt by one text',
    tag: 'One call',
    auth: true,
    protocol: oneCall,
    request: oneCall.requestSchema,
    handler: (event) => answerOneCall(event, options),
  }
}

/**
 * Answers `POST /api/opencode`. With an `agent` the prompt goes to that agent of opencode's, in a session of its own
 * that is gone afterwards; without one to the bare model.
 * @throws BridgeError 413 for a prompt that is too long, and what a generation throws
 */
async function answerOneCall(event: H3Event, options: OneCallOptions): Promise<unknown> {
  const { bodies, responder, maxPromptLength } = options
  const json = await bodies.readText(event)
  const { prompt, model, agent } = parseOneCall(json.body)
  if (prompt.length > maxPromptLength) {
    throw new BridgeError(`The prompt has ${prompt.length} characters; the limit is ${maxPromptLength} (maxPromptLength).`, {
      code: 'prompt_too_long',
      status: 413,
      param: 'prompt',
    })
  }
  if (!agent) return responder.answer(event, json, oneCall)
  return encodeOneCall(await askAgent(event, options, { content: prompt, model, agent }))
}

async function askAgent(event: H3Event, options: OneCallOptions, input: Record<string, unknown>): Promise<string> {
  const { sessions, modelNames } = options
  const { body } = decodeMessage(input, modelNames())
  const meter = await meterAgent(event, body, options)
  const { signal } = event.req
  const session = (await (await callBackend(sessions, '/session', withJson('POST', { title: 'API request' }, signal))).json()) as { id: string }
  try {
    const path = `/session/${session.id}`
    const answer = await meter.run(
      path,
      async () => (await callBackend(sessions, `${path}/message`, withJson('POST', body, signal))).json() as Promise<AgentAnswer>,
    )
    const { error } = answer.info
    if (error) throw new BridgeError(error.data?.message ?? error.name, { code: 'upstream_error', status: error.data?.statusCode ?? 502 })
    return answer.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  } finally {
    // This also ends an answer that nobody waits for any more.
    await deleteSession(sessions, `/session/${session.id}`).catch(() => {})
  }
}

interface AgentAnswer {
  info: { error?: { name: string; data?: { message?: string; statusCode?: number } } }
  parts: { type: string; text?: string }[]
}
