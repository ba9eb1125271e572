import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { PluginInput } from '@opencode-ai/plugin'
import type { Begun, FromCalls, ThreadStart, ToCalls } from './calls/thread-protocol.ts'
import type { Command } from './contract.ts'
import { outputLock, send } from './output.ts'
import { SessionServer } from './session-server.ts'
import type { BridgeState } from './state.ts'

/** opencode's end of the thread that has the daemon's commands: serves what that cannot do without opencode. */
export class CallThread {
  readonly #state: BridgeState
  readonly #client: PluginInput['client']
  readonly #sessions: SessionServer

  constructor(state: BridgeState, client: PluginInput['client']) {
    this.#state = state
    this.#client = client
    this.#sessions = new SessionServer(state, client)
  }

  /** Resolves when the thread reads commands, and knows the model that is to be warmed. */
  begin(start: Omit<ThreadStart, 'outputLock'>): Promise<Begun> {
    const workerData: ThreadStart = { ...start, outputLock: outputLock() }
    const worker = new Worker(new URL(`calls/thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url), { workerData })
    // A window's needs an origin, a thread's has none.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#state.tellCalls = (message: ToCalls) => worker.postMessage(message)
    return new Promise((resolve, reject) => {
      worker.on('error', reject)
      // Nothing works without it, and the daemon starts another process.
      worker.on('exit', () => process.exit(1))
      worker.on('message', (message: FromCalls) => {
        if (message.type === 'begun') resolve(message)
        else this.#answer(message)
      })
    })
  }

  #answer(message: Exclude<FromCalls, { type: 'begun' }>): void {
    const { logins, learner, tellCalls } = this.#state
    switch (message.type) {
      case 'command':
        return this.#do(message.command)
      case 'closed':
        return process.exit(0)
      case 'learn':
        return void learner.learn(this.#client, message.model, message.generation).then((learned) => tellCalls({ type: 'learned', id: message.id, ...learned }))
      case 'leave':
        return learner.leave(this.#client, message.generation)
      case 'login':
        return void logins.call(message.id, message.login, message.call)
      case 'answered':
        return logins.answered(message.id, message.head, message.text)
      case 'unanswered':
        return logins.unanswered(message.id, message.error)
      case 'abandon':
        return logins.abandon(message.id)
    }
  }

  #do(command: Command): void {
    if (command.type === 'request') void this.#sessions.serve(command.envelope)
    else if (command.type === 'abort') this.#sessions.abort(command.id)
    else if (command.type === 'ping') send({ request: command.id, type: 'done' })
  }
}
