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
  if (name === 'help') return runHelp(rawArgs)
  return runNamed(await findCommand(name), rawArgs)
}

/** `help` is `--help`, and `help ask` is `ask --help`. */
async function runHelp([name, ...more]: readonly string[]): Promise<ExitCode> {
  if (more.length > 0) throw usageError(`unexpected argument "${more[0]}"`)
  process.stdout.write(name === undefined || name.startsWith('-') ? await usageOf(root) : await usageOf(await findCommand(name), root))
  return exitCodes.ok
}

async function findCommand(name: string): Promise<CommandDef> {
  if (Object.hasOwn(commands, name)) return commands[name as keyof typeof commands]()
  const meant = nearest(name, [...Object.keys(commands), 'help'])
  throw usageError(`unknown command "${name}"${meant ? `; did you mean ${meant}?` : ''}`)
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
