import { batch, effect, type Signal, signal } from '@preact/signals'
import { createParser } from 'eventsource-parser'
import { ApiError, ask, key, keyWanted, messageOf } from './api.ts'
import type { LogLine, Topics } from './types.ts'

/** What is known of the daemon; null until it was told. */
export const live: { [Topic in keyof Topics]: Signal<Topics[Topic] | null> } = {
  daemon: signal(null),
  engine: signal(null),
  processes: signal(null),
  requests: signal(null),
  counts: signal(null),
  errors: signal(null),
  capture: signal(null),
  ledger: signal(null),
  limits: signal(null),
}

/** The last lines, the oldest first. */
export const log = signal<readonly LogLine[]>([])

/** `refused`: the key is a client's, who sees nothing of others. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused'
export const link = signal<LinkState>('connecting')

/** Seconds that are shown of it. */
const SPEEDS = 120

/** Tokens per second of all requests together, at each of the last seconds. */
export const speed = signal<readonly number[]>(Array.from({ length: SPEEDS }, () => 0))

const MAX_LINES = 500
const FIRST_PAUSE = 400
const LONGEST_PAUSE = 4000

let lastEventId = ''

/** Follows the daemon's events for as long as the page is open. */
export function connect(): void {
  void whetherKeyIsWanted().finally(() => {
    let current = new AbortController()
    effect(() => {
      // Another key is another follower, and so is one that was given again.
      void key.value
      void keyWanted.value
      current.abort()
      current = new AbortController()
      void followForEver(current.signal)
    })
  })
  setInterval(() => (speed.value = [...speed.value, sumOfSpeeds()].slice(-SPEEDS)), 1000)
}

/** Asked first, and without anything sent along: a refusal might open a window of the browser's own. */
async function whetherKeyIsWanted(): Promise<void> {
  const response = await fetch('/', { headers: { accept: 'application/json' }, credentials: 'omit' })
  const { authentication } = (await response.json()) as { authentication?: string }
  keyWanted.value = authentication === 'key' && key.value === ''
}

async function followForEver(signal: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE
  while (!signal.aborted) {
    if (keyWanted.value) return
    try {
      await follow(signal)
      pause = FIRST_PAUSE
    } catch (error) {
      if (signal.aborted || (error instanceof ApiError && error.status === 401)) return
      if (error instanceof ApiError && error.code === 'operator_only') {
        link.value = 'refused'
        return
      }
    }
    if (signal.aborted) return
    link.value = 'lost'
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}

/** Until the stream ends. */
async function follow(signal: AbortSignal): Promise<void> {
  const response = await ask('/v1/daemon/events', { signal, headers: lastEventId === '' ? {} : { 'last-event-id': lastEventId } })
  link.value = 'live'
  const parser = createParser({
    onEvent: ({ id, data }) => {
      take(JSON.parse(data) as Partial<Topics> & { log?: LogLine[] })
      lastEventId = id ?? lastEventId
    },
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) parser.feed(piece.value)
}

function take({ log: lines = [], ...topics }: Partial<Topics> & { log?: LogLine[] }): void {
  batch(() => {
    const another = topics.daemon !== undefined && live.daemon.value !== null && topics.daemon.instance !== live.daemon.value.instance
    // Its lines are counted anew.
    if (another) log.value = []
    for (const [topic, value] of Object.entries(topics)) {
      const target = live[topic as keyof Topics] as Signal<unknown> | undefined
      // A later version may tell of more.
      if (target) target.value = value
    }
    if (lines.length > 0) log.value = [...log.value, ...lines].slice(-MAX_LINES)
  })
}

function sumOfSpeeds(): number {
  return (live.requests.value ?? []).reduce((sum, { tokens_per_second }) => sum + (tokens_per_second ?? 0), 0)
}

/** What an action failed with, shown until something else is. */
export const notice = signal('')

/** Runs an action of the user's, and shows what it failed with. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    notice.value = ''
    return await action()
  } catch (error) {
    notice.value = messageOf(error)
    return undefined
  }
}
