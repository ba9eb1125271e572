import { LinkedAbort } from '../core/linked-abort.ts'

/** What a call of opencode's session API is, as far as it matters to the limits. */
export type AgentCall = 'create' | 'remove' | 'message' | 'events' | 'other'

export function kindOf(path: string, method = 'GET'): AgentCall {
  if (path === '/event') return 'events'
  if (method === 'POST' && path === '/session') return 'create'
  if (method === 'POST' && /^\/session\/[^/]+\/message$/.test(path)) return 'message'
  return method === 'DELETE' && /^\/session\/[^/]+$/.test(path) ? 'remove' : 'other'
}

/** A call that ends by itself: its signal is aborted by the caller's, and by `error` when its time is over. */
export interface TimedCall {
  signal: AbortSignal
  /** What ended it, where the time did. */
  expired(): Error | undefined
  /** To be called when it is over. */
  clear(): void
}

/** @param time milliseconds; undefined is none */
export function timeCall(time: number | undefined, caller: AbortSignal | null | undefined, error: () => Error): TimedCall {
  const controller = new LinkedAbort(...(caller ? [caller] : []))
  let expired: Error | undefined
  const expire = () => {
    expired = error()
    controller.abort(expired)
  }
  const timer = time === undefined ? undefined : setTimeout(expire, time)
  return {
    signal: controller.signal,
    expired: () => expired,
    clear: () => {
      clearTimeout(timer)
      controller[Symbol.dispose]()
    },
  }
}

/** A body that breaks off with the error that ended its call, where that was known. */
export function withError(body: ReadableStream<Uint8Array>, known: () => Error | undefined): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(known() ?? error)
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
