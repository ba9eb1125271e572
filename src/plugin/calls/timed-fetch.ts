import type { CallFetch, CallInit } from './opencode-thread.ts'
import type { CallRecipe } from './thread-protocol.ts'

/** opencode's own limits where the user sets none, in milliseconds. */
const DEFAULT_TIMEOUT = 300_000

/**
 * A `fetch` under the time limits that the user's opencode configuration sets for a provider: opencode has them in a
 * layer above the login's `fetch` (`timeout` for the whole call, `headerTimeout` for its head, `chunkTimeout` between
 * two pieces of a stream; `false` or 0 is none).
 * @throws Error that names the setting, when a limit is over
 */
export function timedFetch(fetch: CallFetch, { timeout, headerTimeout, chunkTimeout }: CallRecipe['timeouts']): CallFetch {
  return async (url, init: CallInit) => {
    const stop = new AbortController()
    const expire = (setting: string, time: number) => stop.abort(new TimeLimitError(`The provider took longer than ${time} ms (${setting} of this provider in opencode’s configuration, or opencode’s default).`))
    const whole = limit(timeout, undefined, (time) => expire('timeout', time))
    const head = limit(headerTimeout, DEFAULT_TIMEOUT, (time) => expire('headerTimeout', time))
    const signal = AbortSignal.any([init.signal, stop.signal])
    try {
      const response = await fetch(url, { ...init, signal })
      return response.body ? withLimits(response, limitOf(chunkTimeout, DEFAULT_TIMEOUT), expire, () => clearTimeout(whole)) : response
    } catch (error) {
      clearTimeout(whole)
      throw stop.signal.aborted ? stop.signal.reason : error
    } finally {
      clearTimeout(head)
    }
  }
}

class TimeLimitError extends Error {
  override readonly name = 'TimeoutError'
}

/** Restarts the clock for every piece; the connection ends when it runs out. */
function withLimits(response: Response, chunkLimit: number | undefined, expire: (setting: string, time: number) => void, onEnd: () => void): Response {
  const reader = response.body!.getReader()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const clock = limit(chunkLimit, undefined, (time) => expire('chunkTimeout', time))
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          onEnd()
          controller.close()
        } catch (error) {
          onEnd()
          throw error
        } finally {
          clearTimeout(clock)
        }
      },
      async cancel(reason) {
        onEnd()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
}

function limit(setting: unknown, fallback: number | undefined, onEnd: (time: number) => void): NodeJS.Timeout | undefined {
  const time = limitOf(setting, fallback)
  return time === undefined ? undefined : setTimeout(onEnd, time, time)
}

function limitOf(setting: unknown, fallback: number | undefined): number | undefined {
  if (typeof setting === 'number') return setting > 0 ? setting : undefined
  return setting === false ? undefined : fallback
}
