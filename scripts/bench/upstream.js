import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { launch } from './processes.js'

const REPLY_TIMEOUT = 10_000

/**
 * @typedef {object} UpstreamCall
 * @property {string} text the body as sent
 * @property {number} arrivedAt as `now()` counts
 * @property {number | undefined} firstTokenAt
 *
 * @typedef {Awaited<ReturnType<typeof startUpstream>>} Upstream
 */

/**
 * Starts the model server that all contenders talk to.
 * @param {AbortSignal} signal
 */
export async function startUpstream(signal) {
  const script = fileURLToPath(new URL('upstream-process.js', import.meta.url))
  const { child } = launch(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const receive = async () => (await once(child, 'message', { signal: AbortSignal.any([signal, AbortSignal.timeout(REPLY_TIMEOUT)]) }))[0]
  return {
    /** The base URL, with `/v1`. */
    url: await receive(),
    pid: child.pid,
    /**
     * The calls since this was last asked, or since the pace was set.
     * @returns {Promise<UpstreamCall[]>}
     */
    takeCalls() {
      child.send({})
      return receive()
    },
    /** @param {number} tokenDelay milliseconds from one token to the next */
    async setPace(tokenDelay) {
      child.send({ tokenDelay })
      await receive()
    },
  }
}
