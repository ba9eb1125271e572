import { effect, type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** A signal that follows another, but changes no more often than once in so many milliseconds. */
export function useSlowly<T>(source: ReadonlySignal<T>, interval: number): ReadonlySignal<T> {
  const slow = useSignal(source.peek())
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = effect(() => {
      void source.value
      timer ??= setTimeout(() => {
        timer = undefined
        slow.value = source.peek()
      }, interval)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [source, interval])
  return slow
}
