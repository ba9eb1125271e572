import { pickContenders } from './contenders/index.js'
import { measure } from './measure.js'
import { stopAll } from './processes.js'
import { summarize } from './summary.js'
import { startUpstream } from './upstream.js'

/**
 * @typedef {object} FirstToken
 * @property {number} n
 * @property {number} upstreamOwn
 * @property {import('./summary.js').Delay[]} delays
 * @property {import('./measure.js').Result[]} results
 */

/**
 * Measures all contenders side by side, one request at a time. Ends all processes of the run after it.
 * @param {object} options
 * @param {string} options.binary
 * @param {number} options.n
 * @param {string[]} [options.only] names of contenders
 * @param {AbortSignal} options.signal
 * @param {(message: string) => void} options.say
 * @returns {Promise<FirstToken>}
 */
export async function measureFirstToken({ binary, n, only, signal, say }) {
  const upstream = await startUpstream(signal)
  say('starting the contenders')
  /** @type {import('./measure.js').Runner[]} */
  const runners = []
  for (const { name, title, start } of pickContenders(only)) {
    runners.push({ name, title, contender: await start({ upstreamUrl: upstream.url, binary, signal }) })
  }
  /** @type {Parameters<typeof measure>[0]['onRound']} */
  const onRound = (round, samples) => {
    const times = samples.map(({ firstToken }, index) => `${runners[index]?.title} ${firstToken.toFixed(0)}`)
    say(`round ${round} of ${n}, ms: ${times.join(', ')}`)
  }
  const results = await measure({ runners, upstream, n, signal, onRound })
  await stopAll()
  return { n, ...summarize(results), results }
}
