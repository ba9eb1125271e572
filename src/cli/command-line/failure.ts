import { ConfigError } from '../../config/error.ts'
import { BridgeError } from '../../core/errors.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { tell, warn } from '../terminal/output.ts'
import { command } from './called-as.ts'

/** A command that cannot go on: one line for people, a hint what to do, and the exit code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  readonly hint: string | undefined

  constructor(message: string, { exitCode = exitCodes.failure, hint, cause }: { exitCode?: ExitCode; hint?: string | undefined; cause?: Error } = {}) {
    super(message, cause && { cause })
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** The command line itself is wrong. */
export function usageError(message: string, hint = `${command} --help lists commands and options`): CliError {
  return new CliError(message, { exitCode: exitCodes.usage, hint })
}

/** Nothing answers where a daemon was expected. */
export function notRunningError(where = ''): CliError {
  return new CliError(`no daemon is running${where}`, { exitCode: exitCodes.notRunning, hint: `${command} start starts one` })
}

const chooseAnotherPort = `${command} stop ends a daemon of yours; --port chooses another port`
const runDoctor = `${command} doctor checks the installation`

/** What the errors of a daemon's start mean for a command. */
const startErrors: Record<string, { exitCode: ExitCode; hint: string }> = {
  port_in_use: { exitCode: exitCodes.portInUse, hint: chooseAnotherPort },
  listen_failed: { exitCode: exitCodes.portInUse, hint: '--host and --port choose where to listen' },
  opencode_not_found: { exitCode: exitCodes.opencodeUnusable, hint: runDoctor },
  opencode_unusable: { exitCode: exitCodes.opencodeUnusable, hint: runDoctor },
  plugin_failed: { exitCode: exitCodes.opencodeUnusable, hint: runDoctor },
}

/** Any error as the one that the command ends with. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof ConfigError) return new CliError(error.message, { exitCode: exitCodes.usage })
  if (error instanceof BridgeError) return new CliError(error.message, startErrors[error.code])
  return new CliError(error instanceof Error ? error.message : String(error), { hint: '--verbose shows where it happened' })
}

/** Prints an error to stderr and returns the exit code that goes with it. */
export function report(error: unknown, verbose: boolean): ExitCode {
  const { message, hint, exitCode } = toCliError(error)
  warn(message)
  if (hint) tell(`hint: ${hint}`)
  if (verbose && error instanceof Error && error.stack) tell(error.stack)
  return exitCode
}
