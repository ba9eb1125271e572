import type { H3Event } from 'h3'
import { chatCompletions } from '../protocols/chat-completions/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { modelNames, type Services } from './app-options.ts'
import { generate } from './generate.ts'
import { health, readiness } from './health.ts'
import { findModel, listModels } from './models.ts'
import { daemonStatus } from './status.ts'

export interface Route {
  /** A `GET` route answers `HEAD` too. */
  method: 'GET' | 'POST'
  /** As h3 matches it: `/**` takes the rest of the path. */
  path: string
  /** Whether a key is needed, where keys are configured. */
  auth: boolean
  /** The wire format whose clients use it, and get their errors in it; OpenAI's when there is none. */
  protocol?: Protocol
  handler(event: H3Event, services: Services): unknown
}

/** Everything that the daemon answers to. */
export const routes: readonly Route[] = [
  generation('/v1/chat/completions', chatCompletions),
  { method: 'GET', path: '/v1/models', auth: true, handler: (_, services) => listModels(modelNames(services)) },
  { method: 'GET', path: '/v1/models/**', auth: true, handler: (event, services) => findModel(modelName(event), modelNames(services)) },
  { method: 'GET', path: '/health', auth: false, handler: (_, services) => health(services) },
  { method: 'GET', path: '/ready', auth: false, handler: readiness },
  { method: 'GET', path: '/status', auth: true, handler: (_, services) => daemonStatus(services) },
]

function generation(path: string, protocol: Protocol): Route {
  return { method: 'POST', path, auth: true, protocol, handler: (event, services) => generate(event, protocol, services) }
}

/** Ids contain slashes, which clients send as they are or percent-encoded. */
function modelName(event: H3Event): string {
  return decodeURIComponent(event.url.pathname.slice('/v1/models/'.length))
}
