import { BridgeError } from '../core/errors.ts'
import type { ProbedProvider } from '../plugin/probed-models.ts'
import type { AskedWorker, Worker } from './worker.ts'

/** The question which models the user can use. A start of opencode takes seconds, so the process that was asked may go on to serve. */
export class ModelQuestion {
  readonly #start: () => AskedWorker
  #asked: AskedWorker | undefined

  /** @param start starts a process to ask */
  constructor(start: () => AskedWorker) {
    this.#start = start
  }

  /**
   * @param signal ends it, with its reason
   * @param keep whether the process is to wait for `take` or `dismiss`
   * @throws BridgeError `plugin_failed` when opencode ran but our plugin did not speak up, `opencode_unusable` when it ended
   */
  async ask(signal: AbortSignal, { keep }: { keep: boolean }): Promise<ProbedProvider[]> {
    const worker = this.#start()
    const stop = () => void worker.stop()
    signal.addEventListener('abort', stop, { once: true })
    try {
      const models = await worker.models
      if (keep) this.#asked = worker
      else await worker.stop()
      return models
    } catch (error) {
      await worker.stop()
      signal.throwIfAborted()
      const { code, message } = error as BridgeError
      throw code === 'process_failed' ? new BridgeError(message, { code: 'opencode_unusable', status: 503 }) : error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** The process that was kept, which now gets ready with a model; undefined where there is none. */
  take(model: string): Worker | undefined {
    const asked = this.#asked
    this.#asked = undefined
    asked?.warm(model)
    return asked
  }

  /** Ends the process that was kept, unless it was taken. */
  async dismiss(): Promise<void> {
    const asked = this.#asked
    this.#asked = undefined
    await asked?.stop()
  }
}
