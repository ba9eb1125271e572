import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Milliseconds after which a server is asked again: it may have been set up anew. */
const LIFETIME = 7 * 24 * 60 * 60_000

/** The oldest go. */
const MAX_ENTRIES = 1000

interface Entry {
  native: boolean
  at: number
}

/** Which models call tools natively, by server and model, on disk. It holds no secret, and neither names nor addresses. */
export class RememberedFormats {
  readonly #file: string
  readonly #entries: Map<string, Entry>

  constructor(file: string) {
    this.#file = file
    this.#entries = new Map(read(file))
  }

  find(url: string, model: string): boolean | undefined {
    const entry = this.#entries.get(keyOf(url, model))
    return entry && Date.now() - entry.at < LIFETIME ? entry.native : undefined
  }

  keep(url: string, model: string, native: boolean): void {
    const key = keyOf(url, model)
    this.#entries.delete(key)
    this.#entries.set(key, { native, at: Date.now() })
    write(this.#file, [...this.#entries].slice(-MAX_ENTRIES))
  }
}

function keyOf(url: string, model: string): string {
  return createHash('sha256').update(`${url}\n${model}`).digest('hex').slice(0, 32)
}

function read(file: string): [string, Entry][] {
  try {
    const entries = JSON.parse(readFileSync(file, 'utf8')) as [string, Entry][]
    return entries.filter(([key, entry]) => typeof key === 'string' && typeof entry.native === 'boolean' && typeof entry.at === 'number')
  } catch {
    // Absent or damaged: asked again.
    return []
  }
}

function write(file: string, entries: [string, Entry][]): void {
  try {
    const folder = dirname(file)
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o700)
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, JSON.stringify(entries), { mode: 0o600 })
    renameSync(fresh, file)
  } catch {
    // What cannot be kept is asked again by the next daemon, no more.
  }
}
