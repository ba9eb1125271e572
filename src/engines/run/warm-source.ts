import type { PoolMember } from '../../pool/pool.ts'
import type { ProcessStatus } from '../engine.ts'
import type { Worker, WorkerSource } from '../worker.ts'
import type { PluginProcessOptions } from '../plugin-process.ts'
import { WarmWorker } from './warm-worker.ts'

/** Engine `run`: one warm `opencode run` for each request; the pool itself keeps them ready and replaces them. */
export class WarmSource implements WorkerSource {
  readonly name = 'run'
  readonly ready = true
  readonly #options: Omit<PluginProcessOptions, 'model'>

  constructor(options: Omit<PluginProcessOptions, 'model'>) {
    this.#options = options
  }

  start(): void {}

  create(model: string): Worker {
    return new WarmWorker({ ...this.#options, model })
  }

  processes(members: PoolMember<Worker>[]): Omit<ProcessStatus, 'memory'>[] {
    return members.flatMap(({ resource: { pid }, state, since }) => (pid === undefined ? [] : [{ pid, state, age: Date.now() - since }]))
  }

  recycle(): void {}

  pause(): void {}

  async close(): Promise<void> {}
}
