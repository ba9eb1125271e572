import type { BridgeError } from '../../core/errors.ts'
import { BARE_AGENT } from '../../opencode/environment.ts'
import { type Installation, splitModelId } from '../../opencode/installation.ts'
import { describeExit, type OpencodeProcess, type ProcessExit } from '../../opencode/process.ts'
import { encodeEnvelope, type Envelope, type Frame, PROTOCOL_VERSION } from '../../plugin/contract.ts'
import { FrameQueue } from '../frame-queue.ts'
import { pluginFailed, startFailed } from '../start-errors.ts'
import type { Worker } from '../worker.ts'

export interface WarmWorkerOptions {
  installation: Installation
  /** An agent of opencode's own instead of the bare one. */
  agent: string | undefined
  /** Whose code paths are warmed; any model may be asked for later. */
  model: string
  /** Milliseconds until it must be ready. */
  startTimeout: number
}

/** An `opencode run` with our plugin that has done all it can do before it has a request. */
export class WarmWorker implements Worker {
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  readonly #process: OpencodeProcess
  readonly #queue = new FrameQueue()

  constructor({ installation, agent, model, startTimeout }: WarmWorkerOptions) {
    const settle = { ready: () => {}, fail: (_error: BridgeError) => {} }
    this.ready = new Promise((resolve, reject) => Object.assign(settle, { ready: resolve, fail: reject }))
    let greeted = false
    const timer = setTimeout(() => {
      const seconds = startTimeout / 1000
      settle.fail(greeted ? startFailed(`opencode was not ready within ${seconds} s`) : pluginFailed(`it did not report within ${seconds} s`))
    }, startTimeout)

    this.#process = installation.spawn({
      args: ['run', '--model', model, '--title', '-', '--format', 'json', '--agent', agent ?? BARE_AGENT],
      plugin: {
        protocol: PROTOCOL_VERSION,
        task: 'once',
        agent: agent ?? BARE_AGENT,
        bare: agent === undefined,
        warmModel: splitModelId(model),
      },
      onFrame: (frame: Frame) => {
        if (frame.type === 'hello') {
          greeted = true
          if (frame.protocol !== PROTOCOL_VERSION) settle.fail(pluginFailed(`it speaks protocol ${frame.protocol}, not ${PROTOCOL_VERSION}`))
        } else if (frame.type === 'ready') settle.ready()
        else if (frame.type === 'unfit') settle.fail(pluginFailed(frame.message))
        else if ('request' in frame) this.#queue.push(frame)
      },
    })
    this.exited = this.#process.exit.then((exit) => {
      settle.fail(startFailed(`opencode ended before it was ready: ${describeExit(exit)}`))
      this.#queue.close()
    })
    const stopTimer = () => clearTimeout(timer)
    this.ready.then(stopTimer, stopTimer)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get exit(): Promise<ProcessExit> {
    return this.#process.exit
  }

  submit(envelope: Envelope): FrameQueue {
    this.#process.submit(encodeEnvelope(envelope))
    return this.#queue
  }

  stop(): Promise<void> {
    return this.#process.kill()
  }
}
