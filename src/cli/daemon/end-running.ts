import type { LoadedConfig } from '../../config/load.ts'
import { CliError, notRunningError } from '../command-line/failure.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { findState, whereLooked } from './running-daemon.ts'
import { type DaemonState, removeState } from './state-file.ts'
import { identify, type StopOptions, stopDaemon } from './stop-daemon.ts'

/** Beyond the time that requests have to end, for the daemon's own clean-up. */
const MARGIN = 5_000

/** The state of the user's daemon, which is surely there. @throws CliError where there is none, or nobody knows */
export async function findRunning(settings: LoadedConfig): Promise<DaemonState> {
  const state = findState(settings, process.env)
  if (!state) throw notRunningError(whereLooked(settings))
  const whose = await identify(state)
  if (whose === 'gone') {
    removeState(process.env, state)
    throw notRunningError(` on port ${state.port}`)
  }
  if (whose === 'unknown') {
    throw new CliError(`process ${state.pid} does not answer at ${state.url}, so it may be another program's; left alone`, {
      hint: 'end it yourself if it is the daemon',
    })
  }
  return state
}

/** Ends it, and forgets it. @param patience milliseconds that requests have */
export async function endRunning(state: DaemonState, { patience, force }: StopOptions): Promise<void> {
  const stopSpinner = startSpinner('waiting for running requests')
  try {
    await stopDaemon(state, { patience: patience + MARGIN, force })
  } finally {
    stopSpinner()
  }
  removeState(process.env, state)
}
