import { EventEmitter, once } from 'node:events'
import type { LogLine, LogTail } from './log-tail.ts'

/** What is told of the daemon, by topic; each as JSON can say it. */
export type Topics = Record<string, unknown>

export interface PulseOptions {
  look(): Promise<Topics>
  log: LogTail
  /** Milliseconds between two looks. */
  interval?: number
  onFault(error: unknown): void
}

/** What has changed for one who follows. */
export interface Beat {
  /** To go on from. */
  version: number
  /** JSON of an object: the topics that have changed, each whole, and under `log` the lines that are new. */
  json: string
}

/** Two looks a second. */
const INTERVAL = 500

/** More than these, and the daemon would be busy telling. */
const MAX_FOLLOWERS = 200

/** Lines that somebody who comes back may have missed. */
const MAX_LINES = 500

/**
 * Looks at the daemon while somebody follows it, and tells everybody what has changed. However many follow and however slow
 * they read, what is kept is one state, its version, and when each topic last changed: who was away hears the difference.
 */
export class Pulse {
  readonly #options: PulseOptions
  readonly #topics = new Map<string, { json: string; version: number }>()
  readonly #beats = new EventEmitter().setMaxListeners(0)
  #lines: { version: number; line: LogLine }[] = []
  #lastLine = 0
  #version = 0
  #followers = 0
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  /** Of the current version, by the version that the follower has: mostly one for all. */
  #told = new Map<number, string>()

  constructor(options: PulseOptions) {
    this.#options = options
  }

  get full(): boolean {
    return this.#followers >= MAX_FOLLOWERS
  }

  /**
   * Follows the daemon until `signal` aborts.
   * @param after the version that is known already; 0 for nothing, and so is one that never was
   */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<Beat> {
    this.#followers++
    this.#timer ??= setInterval(() => void this.#look(), this.#options.interval ?? INTERVAL).unref()
    try {
      // What was seen when the last one left may be old.
      await this.#look()
      let known = after <= this.#version ? after : 0
      while (!signal.aborted) {
        if (known < this.#version) {
          const version = this.#version
          yield { version, json: this.#difference(known) }
          known = version
          continue
        }
        await once(this.#beats, 'beat', { signal }).catch(() => {})
      }
    } finally {
      if (--this.#followers === 0) {
        clearInterval(this.#timer)
        this.#timer = undefined
      }
    }
  }

  /** All that is known now, as JSON of an object. */
  async now(): Promise<string> {
    await this.#look()
    return this.#difference(0)
  }

  /** One at a time: who asks for another while it runs gets that. */
  #look(): Promise<void> {
    return (this.#looking ??= this.#compare()
      .catch(this.#options.onFault)
      .finally(() => (this.#looking = undefined)))
  }

  async #compare(): Promise<void> {
    const { look, log } = this.#options
    const seen = Object.entries(await look()).map(([topic, value]) => [topic, JSON.stringify(value)] as const)
    const changed = seen.filter(([topic, json]) => this.#topics.get(topic)?.json !== json)
    const lines = log.after(this.#lastLine)
    if (changed.length === 0 && lines.length === 0) return
    const version = ++this.#version
    for (const [topic, json] of changed) this.#topics.set(topic, { json, version })
    this.#lines = [...this.#lines, ...lines.map((line) => ({ version, line }))].slice(-MAX_LINES)
    this.#lastLine = lines.at(-1)?.number ?? this.#lastLine
    this.#told = new Map()
    this.#beats.emit('beat')
  }

  #difference(known: number): string {
    let told = this.#told.get(known)
    if (told === undefined) {
      const topics = [...this.#topics].filter(([, { version }]) => version > known).map(([topic, { json }]) => `${JSON.stringify(topic)}:${json}`)
      const lines = this.#lines.filter(({ version }) => version > known).map(({ line }) => line)
      told = `{${[...topics, ...(lines.length > 0 ? [`"log":${JSON.stringify(lines)}`] : [])].join(',')}}`
      this.#told.set(known, told)
    }
    return told
  }
}
