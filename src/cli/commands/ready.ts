import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand } from 'citty'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError, notRunningError, usageError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { findDaemon, whereLooked } from '../daemon/running-daemon.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { print } from '../terminal/output.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { command } from '../command-line/called-as.ts'

/** Between two looks. Milliseconds. */
const INTERVAL = 200

export default defineCommand({
  meta: { name: 'ready', description: 'Tell by the exit code whether a request would be answered now; prints where' },
  args: {
    wait: { type: 'boolean', description: 'Wait until it would, also for a daemon that is not there yet' },
    timeout: { type: 'string', description: 'With --wait: give up after so many seconds', valueHint: 'seconds', default: '120' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    const seconds = Number(args.timeout)
    if (!(seconds > 0 && seconds <= 86_400)) throw usageError(`--timeout takes a number of seconds, not "${args.timeout}"`)
    const settings = await loadSettings(args)
    return interruptible(async (signal) => {
      const stopSpinner = args.wait ? startSpinner('waiting for the daemon') : () => {}
      try {
        const deadline = Date.now() + seconds * 1000
        for (;;) {
          const url = await findDaemon(settings, process.env)
          if (url !== undefined && (await isReady(url, signal))) {
            stopSpinner()
            await print(`${url}/v1\n`)
            return exitCodes.ok
          }
          if (!args.wait || Date.now() >= deadline) throw url === undefined ? notRunningError(whereLooked(settings)) : notReady(url)
          await sleep(INTERVAL, undefined, { signal })
        }
      } finally {
        stopSpinner()
      }
    })
  },
})

async function isReady(url: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`${url}/ready`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]), redirect: 'error' }).catch(() => undefined)
  return response?.status === 200
}

function notReady(url: string): CliError {
  return new CliError(`the daemon at ${url} is not ready`, { hint: `${command} status says why; --wait waits for it` })
}
