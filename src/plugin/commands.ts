import { createReadStream } from 'node:fs'
import type { PluginInput } from '@opencode-ai/plugin'
import { type Command, type ModelRef, parseCommand, type RequestBytes } from './contract.ts'
import { LineReader } from './line-reader.ts'
import { send } from './output.ts'
import { type CallCommand, ProviderCall } from './provider-call.ts'
import { SessionServer } from './session-server.ts'
import type { BridgeState } from './state.ts'

/** Does what the daemon says: requests in sessions, calls to providers, many at a time. */
export class Commands {
  readonly #state: BridgeState
  readonly #sessions: SessionServer
  readonly #calls = new Map<string, ProviderCall>()
  /** What has come of the bodies of calls whose command has not come yet. */
  readonly #bodies = new Map<string, Uint8Array[]>()

  constructor(state: BridgeState, client: PluginInput['client']) {
    this.#state = state
    this.#sessions = new SessionServer(state, client)
  }

  /**
   * Reads until the descriptor is closed, which is how a daemon that died says so.
   * @param descriptor stdin where it is undefined
   */
  listen(descriptor: number | undefined): void {
    const source = descriptor === undefined ? process.stdin : createReadStream('', { fd: descriptor })
    const lines = new LineReader()
    source.on('data', (chunk: string | Buffer) => {
      for (const read of lines.push(chunk as Buffer)) {
        if (typeof read !== 'string') this.#keep(read)
        else this.#do(parseCommand(read))
      }
    })
    source.on('end', () => process.exit(0))
  }

  #keep({ request, bytes }: RequestBytes): void {
    const body = this.#bodies.get(request)
    if (body) body.push(bytes)
    else this.#bodies.set(request, [bytes])
  }

  #do(command: Command | undefined): void {
    switch (command?.type) {
      case 'request':
        return void this.#sessions.serve(command.envelope)
      case 'learn':
        return void this.#learn(command.id, command.model)
      case 'call':
        return void this.#call(command)
      case 'credit':
        return this.#calls.get(command.id)?.credit(command.bytes)
      case 'abort': {
        const call = this.#calls.get(command.id)
        if (call) call.abort()
        else this.#sessions.abort(command.id)
      }
    }
  }

  async #learn(id: string, model: ModelRef): Promise<void> {
    const { told } = await this.#state.forms.get(model)
    send({ request: id, type: 'form', ...told })
    send({ request: id, type: 'done' })
  }

  async #call(command: CallCommand): Promise<void> {
    const body = Buffer.concat(this.#bodies.get(command.id) ?? []).toString('utf8')
    this.#bodies.delete(command.id)
    const call = new ProviderCall(command, body, this.#state.forms)
    this.#calls.set(command.id, call)
    await call.run()
    this.#calls.delete(command.id)
  }
}
