import { setTimeout as sleep } from 'node:timers/promises'
import { readUsage } from './process-usage.js'

const INTERVAL = 250

/**
 * Watches what this run has started, all but `except`, until it is stopped.
 * @param {Array<number | undefined>} except
 * @returns {Promise<() => Promise<{ cpuSeconds: number, peakMemory: number }>>} stops it
 */
export async function startMeter(except) {
  const before = await readUsage(process.pid, except)
  const stopped = new AbortController()
  let peakMemory = before.memory
  const watching = watch()
  return async () => {
    stopped.abort()
    await watching
    const after = await take()
    return { cpuSeconds: after.cpuSeconds - before.cpuSeconds, peakMemory }
  }

  async function watch() {
    while (!stopped.signal.aborted) {
      await sleep(INTERVAL, undefined, { signal: stopped.signal }).catch(() => {})
      if (!stopped.signal.aborted) await take()
    }
  }

  async function take() {
    const usage = await readUsage(process.pid, except)
    peakMemory = Math.max(peakMemory, usage.memory)
    return usage
  }
}
