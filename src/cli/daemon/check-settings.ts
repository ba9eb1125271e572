import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { exitCodes } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { program } from '../command-line/called-as.ts'

/**
 * Has a command of its own read the settings that `start` would have with these arguments in this folder.
 * @throws CliError with what is wrong with them
 */
export async function checkSettingsOf(startArgs: readonly string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [process.argv[1]!, 'config', ...startArgs], { cwd })
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const said = stderr.trim().replace(`${program}: `, '')
    throw new CliError(`the daemon goes on as it is, for it would not start again: ${said || message}`, { exitCode: exitCodes.usage })
  }
}
