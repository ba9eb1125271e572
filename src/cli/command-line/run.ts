import { runCommand, type ArgsDef, type CommandDef } from 'citty'
import { nearest } from '../../config/nearest.ts'
import { parseCommandLine } from './parse.ts'
import { commands, root } from '../commands/index.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { usageError } from './failure.ts'
import { version } from './package.ts'
import { usageOf } from './usage.ts'

/** Runs one command line and resolves with its exit code. */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rawArgs] = argv
  if (name === undefined) {
    process.stderr.write(await usageOf(root))
    return exitCodes.usage
  }
  if (name.startsWith('-')) return runWithoutCommand(argv)
  if (!Object.hasOwn(commands, name)) {
    const meant = nearest(name, Object.keys(commands))
    throw usageError(`unknown command "${name}"${meant ? `; did you mean ${meant}?` : ''}`)
  }
  return runNamed(commands[name as keyof typeof commands] as CommandDef, rawArgs)
}

async function runWithoutCommand(argv: readonly string[]): Promise<ExitCode> {
  const line = parseCommandLine(argv, {})
  if ('help' in line) process.stdout.write(await usageOf(root))
  else if ('version' in line) process.stdout.write(`${version}\n`)
  else throw usageError('no command given')
  return exitCodes.ok
}

async function runNamed(command: CommandDef, rawArgs: readonly string[]): Promise<ExitCode> {
  const line = parseCommandLine(rawArgs, command.args as ArgsDef)
  if ('help' in line) {
    process.stdout.write(await usageOf(command, root))
    return exitCodes.ok
  }
  if ('version' in line) {
    process.stdout.write(`${version}\n`)
    return exitCodes.ok
  }
  const { result } = await runCommand(command, { rawArgs: line.args })
  return result as ExitCode
}
