import type { Tool } from '../core/prompt.ts'
import type { ToCalls } from './calls/thread-protocol.ts'
import type { Envelope, PluginSettings } from './contract.ts'
import { DryCalls } from './dry-calls.ts'
import { Learner } from './learner.ts'
import { Logins } from './logins.ts'
import { send } from './output.ts'
import { ActiveRequest } from './request.ts'
import { AnswerStream } from './stream.ts'

/** Hooks without which a request would reach the model maimed; the warm-up must have seen each of them. */
export const REQUIRED_HOOKS = ['config', 'chat.message', 'messages.transform', 'system.transform', 'chat.params', 'chat.headers'] as const
export type RequiredHook = (typeof REQUIRED_HOOKS)[number]

/** A request and what it needs of the session that it runs in. */
export interface Active {
  request: ActiveRequest
  stream: AnswerStream
  /** Ends its turn, and with it the call to the provider. */
  abort(): void
}

/** What outlives opencode's re-initialisations of the plugin: one object per process. */
export class BridgeState {
  readonly settings: PluginSettings
  /** By session. */
  readonly requests = new Map<string, Active>()
  /** The client's tools by directory. */
  readonly tools = new Map<string, Tool[]>()
  readonly seen = new Set<RequiredHook>()
  readonly dry = new DryCalls()
  /** Says something to the thread of calls, once there is one. */
  tellCalls: (message: ToCalls) => void = () => {}
  readonly logins = new Logins((message) => this.tellCalls(message))
  readonly learner: Learner

  constructor(settings: PluginSettings) {
    this.settings = settings
    this.learner = new Learner({ dry: this.dry, logins: this.logins, agent: settings.agent })
  }

  begin(envelope: Envelope, sessionID: string, abort: () => void): Active {
    const request = new ActiveRequest(envelope)
    const active = { request, abort, stream: new AnswerStream(request, { abort, singleStep: this.settings.bare }) }
    this.requests.set(sessionID, active)
    return active
  }

  findRequest(id: string): Active | undefined {
    for (const active of this.requests.values()) if (active.request.envelope.id === id) return active
    return undefined
  }

  /** Answers a request that could not begin. */
  refuse({ id }: Envelope, error: unknown): void {
    const message = error instanceof Error ? error.message : JSON.stringify(error)
    send({ request: id, type: 'error', error: { name: 'BridgeError', message } })
    send({ request: id, type: 'done' })
  }
}
