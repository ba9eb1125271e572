// Measures what the bridge adds to an upstream's answer, beside the upstream alone and plain `opencode run`; and how it
// bears load, beside these, its closest peer and two programs that call providers themselves.
//   npm run bench -- [--part first-token|load|traffic|quiet|extras|all] [--n 20] [--requests 32] [--only bridge-serve,opencodex] [--json]
import { constants } from 'node:os'
import { locateOpencode } from './built.js'
import { planExtras } from './extras.js'
import { judgeExtras } from './extras-verdicts.js'
import { measureFirstToken } from './first-token.js'
import { measureLoad } from './load.js'
import { planGroups } from './load-plan.js'
import { judgeLoad } from './load-verdicts.js'
import { currentLoad, describeMachine } from './machine.js'
import { parseOptions } from './options.js'
import { stopAll } from './processes.js'
import { measureQuiet } from './quiet.js'
import { renderReport } from './report.js'
import { measureTraffic } from './traffic.js'
import { judgeQuiet, judgeTraffic } from './traffic-verdicts.js'
import { judge } from './verdicts.js'

const interruption = new AbortController()
// Repeats are ignored: npm passes on a Ctrl-C that the terminal has sent already, and stopping is bounded in time.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort(name))

try {
  const options = parseOptions(process.argv.slice(2))
  const run = await bench(options, interruption.signal)
  process.stdout.write(options.json ? `${JSON.stringify(run, undefined, 2)}\n` : renderReport(run))
} catch (error) {
  const { aborted, reason } = interruption.signal
  if (!aborted) say(error.message)
  process.exitCode = aborted ? 128 + constants.signals[/** @type {NodeJS.Signals} */ (reason)] : 1
} finally {
  await stopAll()
}

/**
 * @param {ReturnType<typeof parseOptions>} options
 * @param {AbortSignal} signal
 */
async function bench({ parts, n, requests, only }, signal) {
  const loadBefore = currentLoad()
  const { path: binary, version } = await locateOpencode({ env: process.env })
  const firstToken = parts.includes('first-token') ? await measureFirstToken({ binary, n, only, signal, say }) : undefined
  const load = parts.includes('load') ? await measureLoad({ binary, requests, groups: planGroups(only), signal, say }) : undefined
  const traffic = parts.includes('traffic') ? await measureTraffic({ binary, only, signal, say }) : undefined
  const quiet = parts.includes('quiet') ? await measureQuiet({ binary, only, signal, say }) : undefined
  const extras = parts.includes('extras') ? await measureLoad({ binary, requests, groups: planExtras(only), signal, say }) : undefined
  const verdicts = [
    ...(firstToken ? judge(firstToken.results, firstToken.delays) : []),
    ...(load ? judgeLoad(load) : []),
    ...(traffic ? judgeTraffic(traffic) : []),
    ...(quiet ? judgeQuiet(quiet) : []),
    ...(extras ? judgeExtras(extras) : []),
  ]
  return { machine: describeMachine(version, loadBefore), firstToken, load, traffic, quiet, extras, verdicts }
}

/**
 * On stderr: stdout has the result and nothing else.
 * @param {string} message
 */
function say(message) {
  process.stderr.write(`bench: ${message}\n`)
}
