import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { ApiError, getJson, key, messageOf } from './api.ts'

export interface Loaded<T> {
  data: T | undefined
  /** Why there is none, or only what was there before. */
  error: string | undefined
  /** Whether the daemon does not have it, as an older or a differently configured one. */
  absent: boolean
  loading: boolean
}

/** What a path answers with; asked again when the path or `version` changes, the last answer staying until then. */
export function useLoaded<T>(path: string, version: unknown = 0): ReadonlySignal<Loaded<T>> {
  const loaded = useSignal<Loaded<T>>({ data: undefined, error: undefined, absent: false, loading: true })
  const credential = key.value
  useEffect(() => {
    const controller = new AbortController()
    loaded.value = { ...loaded.value, loading: true }
    getJson<T>(path, controller.signal).then(
      (data) => (loaded.value = { data, error: undefined, absent: false, loading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return
        const absent = error instanceof ApiError && error.status === 404
        loaded.value = { data: absent ? undefined : loaded.value.data, error: messageOf(error), absent, loading: false }
      },
    )
    return () => controller.abort()
  }, [path, version, credential])
  return loaded
}
