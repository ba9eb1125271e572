import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CliError } from '../command-line/failure.ts'

/** Runs a program of the system to its end, and returns what it printed. @throws CliError with its own words where it fails */
export async function runProgram(file: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(file, args)).stdout
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    throw new CliError(`${[file, ...args].join(' ')} failed: ${stderr.trim() || message}`)
  }
}
