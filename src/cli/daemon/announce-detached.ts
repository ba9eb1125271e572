import type { Config } from '../../config/schema.ts'
import { command } from '../command-line/called-as.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { version } from '../command-line/package.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note, print, warn } from '../terminal/output.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { isProven } from './daemon-proof.ts'
import { type DetachedStart, startDetached } from './start-detached.ts'
import { readStates } from './state-file.ts'

/** Starts a daemon in the background and says where it is. */
export function announceDetached({ port, startTimeout }: Pick<Config, 'port' | 'startTimeout'>, how: Pick<DetachedStart, 'args' | 'cwd'>): Promise<ExitCode> {
  return interruptible(async (signal) => {
    const earlier = readStates(process.env).find((state) => state.port === port)
    if (earlier !== undefined && (await isProven(earlier))) {
      throw new CliError(`a daemon runs at ${earlier.url} already (pid ${earlier.pid})`, {
        exitCode: exitCodes.portInUse,
        hint: `${command} restart starts it anew, ${command} stop ends it; --port chooses another port`,
      })
    }
    const stopSpinner = startSpinner('starting')
    const { state, log, ready } = await startDetached({ ...how, env: process.env, port, patience: startTimeout }, signal).finally(stopSpinner)
    await print(`opencode-bridge ${version} runs in the background: ${state.url}/v1 (pid ${state.pid})\n`)
    if (!ready) warn(`no opencode process is ready yet; its log is ${log}`)
    note(`${command} logs -f shows what it says (${log}), ${command} stop ends it.`)
    return exitCodes.ok
  })
}
