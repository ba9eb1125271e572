import type { ProviderCall } from '../../core/call.ts'
import { BARE_AGENT } from '../../opencode/environment.ts'
import type { ProcessExit } from '../../opencode/process.ts'
import type { Envelope, ModelRef } from '../../plugin/contract.ts'
import type { FrameQueue } from '../frame-queue.ts'
import { PluginProcess, type PluginProcessOptions } from '../plugin-process.ts'
import type { Worker } from '../worker.ts'

/** An `opencode run` with our plugin that has done all it can do before it has a request; it waits for its prompt. */
export class WarmWorker implements Worker {
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  readonly #process: PluginProcess

  constructor(options: PluginProcessOptions) {
    const { model, agent = BARE_AGENT } = options
    this.#process = new PluginProcess(options, { task: 'once', args: ['run', '--model', model, '--title', '-', '--format', 'json', '--agent', agent] })
    this.ready = this.#process.ready
    this.exited = this.#process.exited
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get exit(): Promise<ProcessExit> {
    return this.#process.exit
  }

  submit(envelope: Envelope): FrameQueue {
    return this.#process.submit(envelope, { prompt: true })
  }

  learn(id: string, model: ModelRef): FrameQueue {
    return this.#process.learn(id, model)
  }

  call(id: string, model: ModelRef, call: ProviderCall): FrameQueue {
    return this.#process.call(id, model, call)
  }

  credit(id: string, bytes: number): void {
    this.#process.credit(id, bytes)
  }

  stop(): Promise<void> {
    return this.#process.kill()
  }
}
