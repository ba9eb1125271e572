import { randomUUID } from 'node:crypto'
import type { ProviderCall } from '../core/call.ts'
import type { BridgeError } from '../core/errors.ts'
import { BARE_AGENT } from '../opencode/environment.ts'
import { type Installation, splitModelId } from '../opencode/installation.ts'
import { COMMANDS, describeExit, type OpencodeProcess, type ProcessExit } from '../opencode/process.ts'
import {
  type Command,
  encodeEnvelope,
  type Envelope,
  type Frame,
  type LearnedForm,
  type ModelRef,
  type Permissions,
  PROTOCOL_VERSION,
  type RequestBytes,
} from '../plugin/contract.ts'
import type { ProbedProvider } from '../plugin/probed-models.ts'
import { FrameQueue } from './frame-queue.ts'
import { pluginFailed, startFailed } from './start-errors.ts'

/** Milliseconds. */
const PING_TIMEOUT = 5_000

export interface PluginProcessOptions {
  installation: Installation
  /** An agent of opencode's own instead of the bare one. */
  agent: string | undefined
  /** What that may do. */
  permissions: Permissions
  /** Whose code paths are warmed; any model may be asked for later. Undefined where it is asked for the `models` first. */
  model: string | undefined
  /** Milliseconds until it must be ready, or have told of the models, and then until it must be ready. */
  startTimeout: number
  /** Whether every request is to run in a session. */
  sessionsOnly: boolean
  /** Hears how models are called, as soon as the process knows. */
  onForms(forms: LearnedForm[]): void
}

/** How opencode is started for a task. */
export interface Start {
  task: 'once' | 'resident'
  /** Whether it hears commands on a descriptor of their own. */
  channel: boolean
  /** @param fail to be called when it will not get ready */
  spawnOptions(fail: (error: BridgeError) => void): { args: string[]; env?: Record<string, string>; onLine?(line: string): void }
}

/** How long a start took, in milliseconds from the spawn. */
export interface StartStages {
  /** Until opencode had loaded our plugin. */
  hello: number
  /** Until it would have answered a request at once. */
  ready: number
}

/** An opencode process with our plugin: its handshake, and the requests in it. */
export class PluginProcess {
  readonly ready: Promise<void>
  /** Of one that was started without a model; rejects as `ready` does. */
  readonly models: Promise<ProbedProvider[]>
  readonly exited: Promise<void>
  readonly #process: OpencodeProcess
  readonly #queues = new Map<string, FrameQueue>()
  readonly #onForms: (forms: LearnedForm[]) => void
  #ended = false
  #hello = 0
  #stages: StartStages | undefined
  readonly #startTimeout: number
  #settle = { ready: () => {}, fail: (_error: BridgeError) => {} }
  #tellModels: (providers: ProbedProvider[]) => void = () => {}
  #deadline: NodeJS.Timeout | undefined
  /** Whether the plugin has said what is expected of it first. */
  #spoke = false

  constructor({ installation, agent, permissions, model, startTimeout, sessionsOnly, onForms }: PluginProcessOptions, { task, channel, spawnOptions }: Start) {
    this.#onForms = onForms
    this.#startTimeout = startTimeout
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { ready: resolve, fail: reject }
    })
    // Whoever waits for them hears of a failure; a process that nobody waits for yet must not end the daemon.
    this.models = new Promise((resolve, reject) => {
      this.#tellModels = resolve
      this.ready.catch(reject)
    })
    this.models.catch(() => {})
    this.#process = installation.spawn({
      ...spawnOptions((error) => this.fail(error)),
      channel,
      plugin: {
        protocol: PROTOCOL_VERSION,
        task,
        agent: agent ?? BARE_AGENT,
        bare: agent === undefined,
        ...(agent !== undefined && { permissions }),
        ...(model === undefined ? { reportsModels: true } : { warmModel: splitModelId(model), ...(agent !== undefined && { defaultModel: model }) }),
        sessionsOnly: sessionsOnly || (task === 'once' && !channel),
        ...(channel && { commands: COMMANDS }),
      },
      onFrame: (frame) => {
        this.#spoke ||= frame.type === (model === undefined ? 'models' : 'hello')
        this.#onFrame(frame)
      },
    })
    this.#setDeadline()
    const clear = () => clearTimeout(this.#deadline)
    this.exited = this.#process.exit.then((exit) => {
      clear()
      this.#ended = true
      this.fail(startFailed(`opencode did not start: ${describeExit(exit)}`))
      for (const queue of this.#queues.values()) queue.close()
    })
    this.ready.then(clear, clear)
  }

  /** Undefined until it is ready. */
  get stages(): StartStages | undefined {
    return this.#stages
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get exit(): Promise<ProcessExit> {
    return this.#process.exit
  }

  /** It will not get ready; without effect once it is. */
  fail(error: BridgeError): void {
    this.#settle.fail(error)
  }

  /** Lets one get ready that has told of the models. */
  warm(model: string): void {
    this.#setDeadline()
    this.#process.command({ type: 'warm', model: splitModelId(model) })
  }

  /** Begins a request in a session; `prompt` hands it over as the process's prompt, which there is one of. */
  begin(envelope: Envelope, { prompt }: { prompt: boolean }): FrameQueue {
    const queue = this.#open(envelope.id)
    if (prompt) this.#process.submit(encodeEnvelope(envelope))
    else this.#process.command({ type: 'request', envelope })
    return queue
  }

  learn(id: string, model: ModelRef): FrameQueue {
    return this.#ask({ type: 'learn', id, model })
  }

  call(id: string, model: ModelRef, { body, ...call }: ProviderCall): FrameQueue {
    return this.#ask({ type: 'call', id, model, ...call }, body)
  }

  /** Whether both of its threads answer in time. */
  async answers(): Promise<boolean> {
    const id = randomUUID()
    try {
      return (await this.#ask({ type: 'ping', id }).next(AbortSignal.timeout(PING_TIMEOUT)))?.type === 'done'
    } catch {
      this.#queues.delete(id)
      return false
    }
  }

  /** So many bytes of an answer were taken. */
  credit(id: string, bytes: number): void {
    if (this.#queues.has(id)) this.#process.command({ type: 'credit', id, bytes })
  }

  /** Ends a request that nobody waits for any more; without effect on one that is over. */
  abort(id: string): void {
    if (this.#queues.delete(id)) this.#process.command({ type: 'abort', id })
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  #setDeadline(): void {
    this.#deadline = setTimeout(() => {
      const why = `within ${this.#startTimeout / 1000} s`
      this.fail(this.#spoke ? startFailed(`opencode was not ready ${why}`) : pluginFailed(`it did not report ${why}`))
    }, this.#startTimeout)
  }

  get #age(): number {
    return Date.now() - this.#process.spawnedAt
  }

  #ask(command: Command & { id: string }, body?: string): FrameQueue {
    const queue = this.#open(command.id)
    this.#process.command(command, body)
    return queue
  }

  #open(id: string): FrameQueue {
    const queue = new FrameQueue(() => this.abort(id))
    this.#queues.set(id, queue)
    if (this.#ended) queue.close()
    return queue
  }

  #onFrame(frame: Frame | RequestBytes): void {
    if ('request' in frame) {
      this.#queues.get(frame.request)?.push(frame)
      if (frame.type === 'done') this.#queues.delete(frame.request)
      return
    }
    switch (frame.type) {
      case 'hello':
        this.#hello = this.#age
        if (frame.protocol !== PROTOCOL_VERSION) this.fail(pluginFailed(`it speaks protocol ${frame.protocol}, not ${PROTOCOL_VERSION}`))
        return
      case 'ready':
        this.#onForms(frame.forms)
        this.#stages = { hello: this.#hello, ready: this.#age }
        return this.#settle.ready()
      case 'models':
        clearTimeout(this.#deadline)
        return this.#tellModels(frame.providers)
      case 'forms':
        return this.#onForms(frame.forms)
      case 'unfit':
        return this.fail(pluginFailed(frame.message))
    }
  }
}
