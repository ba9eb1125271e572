/**
 * A controller that is aborted with any of its sources, too, until it is aborted or disposed of; sources that live no longer
 * than what it stops need neither. `AbortSignal.any` is no way to do it in a daemon: Node (seen in 20.20) keeps such a signal with all
 * that listens to it for as long as the process runs, unless a source is aborted.
 */
export class LinkedAbort extends AbortController implements Disposable {
  readonly #sources: readonly AbortSignal[]
  readonly #follow = (event: Event) => this.abort((event.target as AbortSignal).reason)

  constructor(...sources: readonly AbortSignal[]) {
    super()
    this.#sources = sources
    const aborted = sources.find((source) => source.aborted)
    if (aborted) this.abort(aborted.reason)
    else for (const source of sources) source.addEventListener('abort', this.#follow, { once: true })
  }

  override abort(reason?: unknown): void {
    super.abort(reason)
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#follow)
  }
}
