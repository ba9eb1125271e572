import { Unacceptable } from './audit-sink.ts'

/** Milliseconds for one batch. */
const TIMEOUT = 10_000

/** What a receiver says that will say the same again of the same batch. */
const FINAL: ReadonlySet<number> = new Set([400, 413, 422])

export interface HttpWriterOptions {
  url: string
  /** For each call anew: what they hold may change. */
  headers(): Promise<Record<string, string>>
  fetch: typeof globalThis.fetch
}

/**
 * Posts records as one JSON list. No redirect is followed, because the headers would go with it.
 * @throws Error that repeats neither the address nor what the receiver said, either of which may hold a secret
 */
export function httpWriter({ url, headers, fetch }: HttpWriterOptions): (records: readonly string[]) => Promise<void> {
  return async (records) => {
    const own = await headers()
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...own },
      body: `[${records.join(',')}]`,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch((error: unknown) => {
      throw new Error(`the receiver cannot be reached (${reasonOf(error)})`, { cause: error })
    })
    await response.body?.cancel()
    if (response.ok) return
    const why = `the receiver answered with HTTP ${response.status}`
    throw FINAL.has(response.status) ? new Unacceptable(why) : new Error(why)
  }
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } }
  return name === 'TimeoutError' ? `no answer within ${TIMEOUT / 1000} s` : (cause?.code ?? name)
}
