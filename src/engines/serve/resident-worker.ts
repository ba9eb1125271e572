import { randomBytes } from 'node:crypto'
import { ofetch } from 'ofetch'
import { BridgeError } from '../../core/errors.ts'
import { BARE_AGENT } from '../../opencode/environment.ts'
import { type Installation, splitModelId } from '../../opencode/installation.ts'
import { describeExit, type OpencodeProcess, type ProcessExit } from '../../opencode/process.ts'
import { encodeCommand, type Envelope, type ProcessFrame, PROTOCOL_VERSION } from '../../plugin/contract.ts'
import { FrameQueue } from '../frame-queue.ts'
import { pluginFailed, startFailed } from '../start-errors.ts'

export interface ResidentWorkerOptions {
  installation: Installation
  /** An agent of opencode's own instead of the bare one. */
  agent: string | undefined
  /** Whose code paths are warmed. */
  model: string
  /** Milliseconds until it must be ready. */
  startTimeout: number
}

const HEALTH_TIMEOUT = 5000

/** An `opencode serve` with our plugin, which serves many requests at a time over its stdin and stdout. */
export class ResidentWorker {
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  readonly spawnedAt = Date.now()
  readonly #process: OpencodeProcess
  readonly #queues = new Map<string, FrameQueue>()
  readonly #password = randomBytes(24).toString('base64url')
  #url: string | undefined
  #started = false
  #ended = false
  #settle = { ready: () => {}, fail: (_error: BridgeError) => {} }

  constructor({ installation, agent, model, startTimeout }: ResidentWorkerOptions) {
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { ready: resolve, fail: reject }
    })
    // Whoever waits for it hears of a failure; a worker that nobody waits for yet must not end the daemon.
    this.ready.catch(() => {})
    let greeted = false
    const timer = setTimeout(() => {
      const why = `within ${startTimeout / 1000} s`
      this.#settle.fail(greeted ? startFailed(`opencode was not ready ${why}`) : pluginFailed(`it did not report ${why}`))
      void this.kill()
    }, startTimeout)

    this.#process = installation.spawn({
      args: ['serve', '--hostname', '127.0.0.1', '--port', '0'],
      env: { OPENCODE_SERVER_PASSWORD: this.#password },
      plugin: {
        protocol: PROTOCOL_VERSION,
        task: 'resident',
        agent: agent ?? BARE_AGENT,
        bare: agent === undefined,
        warmModel: splitModelId(model),
      },
      onLine: (line) => {
        const url = /listening on (http:\S+)/.exec(line)?.[1]
        if (url) void this.#load(url)
      },
      onFrame: (frame) => {
        if ('request' in frame) {
          this.#queues.get(frame.request)?.push(frame)
          if (frame.type === 'done') this.#queues.delete(frame.request)
        } else {
          greeted ||= frame.type === 'hello'
          this.#onProcessFrame(frame)
        }
      },
    })
    this.exited = this.#process.exit.then((exit) => {
      clearTimeout(timer)
      this.#ended = true
      this.#settle.fail(startFailed(`opencode ended before it was ready: ${describeExit(exit)}`))
      for (const queue of this.#queues.values()) queue.close()
    })
    this.ready.then(
      () => {
        clearTimeout(timer)
        this.#started = true
      },
      () => clearTimeout(timer),
    )
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get exit(): Promise<ProcessExit> {
    return this.#process.exit
  }

  submit(envelope: Envelope): FrameQueue {
    const queue = new FrameQueue()
    this.#queues.set(envelope.id, queue)
    if (this.#ended) queue.close()
    this.#process.write(encodeCommand({ type: 'request', envelope }))
    return queue
  }

  /** Ends a request that nobody waits for any more; without effect on one that is over. */
  abort(id: string): void {
    if (this.#queues.delete(id)) this.#process.write(encodeCommand({ type: 'abort', id }))
  }

  /** Whether its HTTP server answers, once it has had the time to start. */
  async isHealthy(): Promise<boolean> {
    if (!this.#started) return true
    return this.#call('/global/health').then(
      () => true,
      () => false,
    )
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  #onProcessFrame(frame: ProcessFrame): void {
    if (frame.type === 'hello' && frame.protocol !== PROTOCOL_VERSION) {
      this.#settle.fail(pluginFailed(`it speaks protocol ${frame.protocol}, not ${PROTOCOL_VERSION}`))
    } else if (frame.type === 'ready') this.#settle.ready()
    else if (frame.type === 'unfit') this.#settle.fail(pluginFailed(frame.message))
  }

  /** opencode loads plugins with the first call that needs its configuration. */
  async #load(url: string): Promise<void> {
    this.#url = url
    await this.#call('/config').catch(() => this.#settle.fail(startFailed('opencode does not answer on its port')))
  }

  async #call(path: string): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`opencode:${this.#password}`).toString('base64')}`
    return ofetch(path, { ...(this.#url ? { baseURL: this.#url } : {}), headers: { authorization }, timeout: HEALTH_TIMEOUT, retry: 0 })
  }
}
