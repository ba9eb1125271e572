// Measures what the bridge adds to an upstream's answer, beside the upstream alone and plain `opencode run`.
//   npm run bench -- [--n 20] [--json]
import { constants } from 'node:os'
import { locateOpencode } from '../../dist/opencode/binary.js'
import { contenders } from './contenders/index.js'
import { currentLoad, describeMachine } from './machine.js'
import { measure } from './measure.js'
import { parseOptions } from './options.js'
import { stopAll } from './processes.js'
import { renderReport } from './report.js'
import { summarize } from './summary.js'
import { startUpstream } from './upstream.js'
import { judge } from './verdicts.js'

const interruption = new AbortController()
// Repeats are ignored: npm passes on a Ctrl-C that the terminal has sent already, and stopping is bounded in time.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort(name))

try {
  const { n, json } = parseOptions(process.argv.slice(2))
  const run = await bench(n, interruption.signal)
  process.stdout.write(json ? `${JSON.stringify(run, undefined, 2)}\n` : renderReport(run))
} catch (error) {
  const { aborted, reason } = interruption.signal
  if (!aborted) say(error.message)
  process.exitCode = aborted ? 128 + constants.signals[reason] : 1
} finally {
  await stopAll()
}

async function bench(n, signal) {
  const loadBefore = currentLoad()
  const { path: binary, version } = await locateOpencode({ env: process.env })
  const upstream = await startUpstream(signal)
  say('starting the contenders')
  const runners = []
  for (const { name, title, start } of contenders) {
    runners.push({ name, title, contender: await start({ upstreamUrl: upstream.url, binary, signal }) })
  }
  const onRound = (round, samples) => {
    const times = samples.map(({ firstToken }, index) => `${runners[index].title} ${firstToken.toFixed(0)}`)
    say(`round ${round} of ${n}, ms: ${times.join(', ')}`)
  }
  const results = await measure({ runners, upstream, n, signal, onRound })
  const { upstreamOwn, delays } = summarize(results)
  return { machine: describeMachine(version, loadBefore), n, upstreamOwn, delays, verdicts: judge(results, delays), results }
}

/** On stderr: stdout has the result and nothing else. */
function say(message) {
  process.stderr.write(`bench: ${message}\n`)
}
