import { directLoopback } from '../system/direct-loopback.ts'
import { report } from './failure.ts'
import { flushStdout, tolerateClosedPipe } from './output.ts'
import { run } from './run.ts'

/** The entry of `opencode-bridge` and `ocb`. Ends the process with an exit code of the table in `exit-codes.ts`. */
export async function main(argv: string[]): Promise<void> {
  tolerateClosedPipe()
  // Node's own `fetch` asks it, too, where NODE_USE_ENV_PROXY has it use a proxy at all.
  Object.assign(process.env, directLoopback(process.env))
  const verbose = argv.includes('--verbose') || ['1', 'true'].includes(process.env.OPENCODE_BRIDGE_VERBOSE ?? '')
  const exitCode = await run(argv).catch((error: unknown) => report(error, verbose))
  await flushStdout()
  process.exit(exitCode)
}
