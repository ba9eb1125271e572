import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createFetch } from 'ofetch'
import { boundedText } from '../core/bounded-text.ts'
import type { Fetch } from './outbound-fetch.ts'

export interface FollowedDocument<T> {
  /** The last that could be read; undefined until one was. */
  current(): T | undefined
  close(): void
}

export interface FollowOptions<T> {
  /** For people, with the setting that names it. */
  what: string
  /** `http(s)://…`, `file:///…` or a path. */
  url: string
  /** @throws Error for JSON that is no such document */
  parse(json: unknown): T
  fetch: Fetch
  log: { warn(message: string): void }
}

const DAY = 24 * 60 * 60_000
/** Milliseconds for all of it; it holds nobody up. */
const TIMEOUT = 30_000
/** Several times the longest lists that there are. */
const MAX_BYTES = 16 * 1024 * 1024

/** Reads a JSON document at once and once a day. One that cannot be read is told of, and the one before stays. */
export function followDocument<T>({ what, url, parse, fetch, log }: FollowOptions<T>): FollowedDocument<T> {
  let document: T | undefined
  const read = async () => {
    try {
      document = parse(JSON.parse(await load(url, fetch)))
    } catch (error) {
      log.warn(`${what} cannot be read: ${(error as Error).message}`)
    }
  }
  void read()
  const timer = setInterval(() => void read(), DAY)
  timer.unref()
  return { current: () => document, close: () => clearInterval(timer) }
}

async function load(url: string, fetch: Fetch): Promise<string> {
  if (!/^https?:/i.test(url)) return readFile(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8')
  // Its own time limit ends with the headers of an answer.
  const body = await createFetch({ fetch })<unknown, 'stream'>(url, { responseType: 'stream', signal: AbortSignal.timeout(TIMEOUT), retry: 2 })
  return boundedText(body, MAX_BYTES)
}
