/** Something that was built, by its name for the log, and how it is undone. */
export type Step = readonly [what: string, undo: () => void | Promise<void>]

export interface LifecycleOptions {
  /** Hears of a step that could not be undone; the others are, all the same. */
  onFault(what: string, error: unknown): void
  /** Milliseconds after which a step is given up. */
  patience: number
}

/**
 * What a daemon is made of, as it is built. A start that fails, a stop and a kill all undo the same list, the last first,
 * and once.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions
  /** Each with those that are undone beside it. */
  readonly #built: (readonly Step[] | Lifecycle)[] = []
  #ended: Promise<void> | undefined

  constructor(options: LifecycleOptions) {
    this.#options = options
  }

  /** @param steps those that are undone side by side */
  add(...steps: Step[]): void {
    this.#built.push(steps)
  }

  /** A part of it that is built later, and undone as if it had been now. */
  part(): Lifecycle {
    const part = new Lifecycle(this.#options)
    this.#built.push(part)
    return part
  }

  /** Undoes all of it; never rejects. */
  end(): Promise<void> {
    return (this.#ended ??= this.#undo())
  }

  async #undo(): Promise<void> {
    for (const built of this.#built.toReversed()) {
      await (built instanceof Lifecycle ? built.end() : Promise.all(built.map((step) => this.#guarded(step))))
    }
  }

  async #guarded([what, undo]: Step): Promise<void> {
    const { onFault, patience } = this.#options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`it took longer than ${patience / 1000} s`)), patience)
    })
    try {
      await Promise.race([late, undo()])
    } catch (error) {
      onFault(what, error)
    } finally {
      clearTimeout(timer)
    }
  }
}
