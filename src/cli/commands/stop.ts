import { defineCommand } from 'citty'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError, notRunningError } from '../command-line/failure.ts'
import { note } from '../terminal/output.ts'
import { findState } from '../daemon/running-daemon.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { removeState } from '../daemon/state-file.ts'
import { identify, stopDaemon } from '../daemon/stop-daemon.ts'

/** Beyond the time that requests have to end, for the daemon's own clean-up. */
const MARGIN = 5_000

export default defineCommand({
  meta: { name: 'stop', description: 'Stop the daemon once its running requests are done' },
  args: { ...commonArgs, force: { type: 'boolean', description: 'Kill it when it does not stop in time' } },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    const state = findState(settings, process.env)
    if (!state) throw notRunningError()

    const whose = await identify(state)
    if (whose === 'gone') {
      removeState(process.env, state)
      throw notRunningError()
    }
    if (whose === 'unknown') {
      throw new CliError(`process ${state.pid} does not answer at ${state.url}, so it may be another program's; left alone`, {
        hint: 'end it yourself if it is the daemon',
      })
    }
    const stopSpinner = startSpinner('waiting for running requests')
    try {
      await stopDaemon(state, { patience: settings.config.drainTimeout + MARGIN, force: args.force === true })
    } finally {
      stopSpinner()
    }
    removeState(process.env, state)
    note(`The daemon at ${state.url} has stopped.`)
    return exitCodes.ok
  },
})
