import { endSignals, exitCodeOf, exitCodes, type EndSignal, type ExitCode } from '../command-line/exit-codes.ts'
import { isClosedPipe } from './output.ts'

/**
 * Runs a task that Ctrl-C, SIGTERM, SIGHUP or a stdout that takes no more cancels through its signal, so that it can clean up.
 * The exit code then says what happened, whatever the task made of it. A second signal exits at once.
 * @param signals those that do so; a task may want to have some for itself
 */
export async function interruptible(task: (signal: AbortSignal) => Promise<ExitCode>, signals: readonly EndSignal[] = endSignals): Promise<ExitCode> {
  const controller = new AbortController()
  let cancelled: ExitCode | undefined
  const cancel = (exitCode: ExitCode) => {
    cancelled = exitCode
    controller.abort()
  }
  const onSignal = (name: EndSignal) => {
    if (cancelled !== undefined) process.exit(exitCodeOf(name))
    cancel(exitCodeOf(name))
  }
  const onError = (error: NodeJS.ErrnoException) => {
    cancel(isClosedPipe(error) ? exitCodes.ok : exitCodes.failure)
  }

  for (const name of signals) process.on(name, onSignal)
  process.stdout.on('error', onError)
  try {
    const exitCode = await task(controller.signal)
    return cancelled ?? exitCode
  } catch (error) {
    if (cancelled !== undefined) return cancelled
    throw error
  } finally {
    for (const name of signals) process.off(name, onSignal)
    process.stdout.off('error', onError)
  }
}
