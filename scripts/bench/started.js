import { until } from './wait.js'

const START_TIMEOUT = 60_000
/** Long enough for a server that is up; a call made while it starts is given up and repeated. */
const PROBE_TIMEOUT = 2000

/**
 * Waits until a server that was launched answers.
 * @param {string} title
 * @param {import('./processes.js').Launched} launched
 * @param {string[]} addresses asked in this order, each once the one before has answered
 * @param {AbortSignal} signal
 * @throws Error with what the server wrote to stderr
 */
export async function whenAnswering(title, launched, addresses, signal) {
  try {
    await until(`${title} has started`, isReady, { timeout: START_TIMEOUT, signal })
  } catch (error) {
    throw new Error([error.message, launched.notes()].filter(Boolean).join('\n'), { cause: error })
  }

  async function isReady() {
    if (launched.child.exitCode !== null) throw new Error('it ended')
    for (const address of addresses) if (!(await answers(address, signal))) return false
    return true
  }
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function answers(address, signal) {
  try {
    const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT)]) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
