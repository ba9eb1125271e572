import type { ConsolaInstance } from 'consola'

/** Milliseconds after which who started the daemon wonders what it does. */
const PATIENCE = 1_000

/** Says in the log what a start is busy with, where that takes long. */
export class StartProgress {
  readonly #log: Pick<ConsolaInstance, 'start'>
  #timer: NodeJS.Timeout | undefined

  constructor(log: Pick<ConsolaInstance, 'start'>) {
    this.#log = log
  }

  /** The stage before it is over. */
  readonly enter = (what: string): void => {
    this.end()
    this.#timer = setTimeout(() => this.#log.start(what), PATIENCE)
    this.#timer.unref()
  }

  readonly end = (): void => clearTimeout(this.#timer)
}
