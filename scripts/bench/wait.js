import { setTimeout as sleep } from 'node:timers/promises'

const POLL_INTERVAL = 100

/**
 * Polls until `condition` returns something truthy and returns that.
 * @template T
 * @param {string} what for the error
 * @param {() => T | Promise<T>} condition
 * @param {{ timeout: number, signal: AbortSignal, interval?: number }} options milliseconds
 * @returns {Promise<T>}
 */
export async function until(what, condition, { timeout, signal, interval = POLL_INTERVAL }) {
  const deadline = Date.now() + timeout
  for (;;) {
    const result = await condition()
    if (result) return result
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeout / 1000} s`)
    await sleep(interval, undefined, { signal })
  }
}
