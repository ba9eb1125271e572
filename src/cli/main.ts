import { faultBehind } from '../core/system-fault.ts'
import { directLoopback } from '../system/direct-loopback.ts'
import { exitCodes } from './command-line/exit-codes.ts'
import { CliError, report } from './command-line/failure.ts'
import { flushStdout, watchStdout } from './terminal/output.ts'
import { run } from './command-line/run.ts'

/** The entry of `opencode-bridge` and `ocb`. Ends the process with an exit code of the table in `exit-codes.ts`. */
export async function main(argv: string[]): Promise<void> {
  const stdout = watchStdout()
  // Node's own `fetch` asks it, too, where NODE_USE_ENV_PROXY has it use a proxy at all.
  Object.assign(process.env, directLoopback(process.env))
  const verbose = argv.includes('--verbose') || ['1', 'true'].includes(process.env.OPENCODE_BRIDGE_VERBOSE ?? '')
  const exitCode = await run(argv).catch((error: unknown) => {
    // A command that cannot print fails for that reason alone.
    if (stdout.failure) return exitCodes.failure
    return stdout.closed ? exitCodes.ok : report(error, verbose)
  })
  await flushStdout()
  process.exit(stdout.failure ? report(unwritable(stdout.failure), verbose) : exitCode)
}

function unwritable(cause: Error): CliError {
  return new CliError(`cannot write to stdout: ${faultBehind(cause) ?? cause.message}`, { cause })
}
