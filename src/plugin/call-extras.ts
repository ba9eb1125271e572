import type { CallExtras } from '../core/connection.ts'

export interface CallTarget {
  url: string
  headers: Headers
}

/** A call with what the daemon adds to it. A header of opencode's that is to be empty is only a placeholder. */
export function addExtras({ url, headers }: CallTarget, extras: CallExtras | undefined): CallTarget {
  if (extras === undefined) return { url, headers }
  const all = new Headers(headers)
  for (const [name, value] of Object.entries(extras.headers)) {
    if (value === '') all.delete(name)
    else all.set(name, value)
  }
  const query = Object.entries(extras.query)
  if (query.length === 0) return { url, headers: all }
  const address = new URL(url)
  for (const [name, value] of query) address.searchParams.set(name, value)
  return { url: address.href, headers: all }
}
