import type { Member } from './member.ts'
import type { PoolResource } from './types.ts'

const INTERVAL = 15_000

export interface InspectorOptions<R extends PoolResource> {
  /** See `PoolOptions`. */
  inspect(resource: R, idle: number): Promise<string | undefined>
  /** Milliseconds between two looks. */
  interval: number | undefined
  members(): Member<R>[]
  onFault(member: Member<R>, why: string): void
}

/** Looks after members that are used for long. */
export class Inspector<R extends PoolResource> {
  readonly #options: InspectorOptions<R>
  #timer: NodeJS.Timeout | undefined
  #running = false

  constructor(options: InspectorOptions<R>) {
    this.#options = options
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#schedule()
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
  }

  /** Never two looks at a time. */
  #schedule(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#options.interval ?? INTERVAL).unref()
  }

  async #look(): Promise<void> {
    const { members, inspect, onFault } = this.#options
    await Promise.all(
      members().map(async (member) => {
        const why = await inspect(member.resource, member.idle).catch(() => undefined)
        if (why !== undefined && this.#running) onFault(member, why)
      }),
    )
    if (this.#running) this.#schedule()
  }
}
