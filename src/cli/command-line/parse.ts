import type { ArgDef, ArgsDef } from 'citty'
import { nearest } from '../../config/nearest.ts'
import { usageError } from './failure.ts'
import { isRepeatableArg, joinValues } from './repeatable.ts'
import { isRepeatable } from './settings.ts'

/** What to do for options that every command has and citty knows nothing of. */
export type CommandLine = { help: true } | { version: true } | { args: string[] }

/**
 * Checks a command's arguments and rewrites them in the one form that citty cannot misread (`--name=value`, `--no-name`,
 * then `--` and the rest): it accepts unknown options, keeps only the last of a repeated one, and takes a value that
 * begins with `--no-` for a switch.
 */
export function parseCommandLine(rawArgs: readonly string[], definitions: ArgsDef): CommandLine {
  const values = new Map<string, string[]>()
  const switches = new Map<string, boolean>()
  const rest: string[] = []

  const queue = [...rawArgs]
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      rest.push(...queue)
      break
    }
    if (!word.startsWith('-') || word === '-') {
      rest.push(word)
      continue
    }
    if (word === '-h' || word === '--help') return { help: true }
    if (word === '-v' || word === '--version') return { version: true }

    const cluster = splitCluster(word, definitions)
    if (cluster !== undefined) {
      queue.unshift(...cluster)
      continue
    }
    const equals = word.indexOf('=')
    const option = equals === -1 ? word : word.slice(0, equals)
    const inline = equals === -1 ? undefined : word.slice(equals + 1)
    const { name, definition, negated } = find(option, definitions)
    if (definition.type === 'boolean') {
      if (inline !== undefined) throw usageError(`${option} takes no value`)
      switches.set(name, !negated)
      continue
    }
    values.set(name, [...(values.get(name) ?? []), inline ?? valueAfter(option, queue)])
  }

  if (rest.length > 0 && !Object.values(definitions).some(({ type }) => type === 'positional')) {
    throw usageError(`unexpected argument "${rest[0]}"`)
  }
  return {
    args: [
      ...[...values].map(([name, list]) => `--${name}=${single(name, list, definitions[name]!)}`),
      ...[...switches].map(([name, on]) => `--${on ? '' : 'no-'}${name}`),
      '--',
      ...rest,
    ],
  }
}

/** `-mX` as `-m=X`, and `-cm` as `-c -m`, as far as the letters are options; undefined for every other word. */
function splitCluster(word: string, definitions: ArgsDef): string[] | undefined {
  const [, letter, rest] = /^-([^-=])([^=].*)$/s.exec(word) ?? []
  if (letter === undefined || rest === undefined) return undefined
  const definition = Object.values(definitions).find((known) => (known as { alias?: string }).alias === letter)
  if (definition === undefined) return undefined
  return definition.type === 'boolean' ? [`-${letter}`, `-${rest}`] : [`-${letter}=${rest}`]
}

function find(option: string, definitions: ArgsDef): { name: string; definition: ArgDef; negated: boolean } {
  const options = Object.entries(definitions).filter(([, { type }]) => type !== 'positional')
  for (const [name, definition] of options) {
    if (option === `--${name}` || option === `-${(definition as { alias?: string }).alias}`) return { name, definition, negated: false }
    if (option === `--no-${name}` && definition.type === 'boolean') return { name, definition, negated: true }
  }
  if (option === '--api-key') {
    throw usageError(
      'a key is never an argument, because every user of this machine can read those',
      'set OPENCODE_BRIDGE_API_KEY, or name a file with --api-key-file',
    )
  }
  const names = [...options.flatMap(([name, { type }]) => (type === 'boolean' ? [name, `no-${name}`] : [name])), 'help', 'version']
  const meant = nearest(option.replace(/^-+/, ''), names)
  throw usageError(
    `unknown option ${option}${meant ? `; did you mean --${meant}?` : ''}`,
    Object.hasOwn(definitions, 'prompt') ? 'put -- before a prompt that begins with a dash' : undefined,
  )
}

function valueAfter(option: string, queue: string[]): string {
  const value = queue.shift()
  if (value === undefined) throw usageError(`${option} needs a value`)
  if (value.startsWith('-') && value !== '-') {
    throw usageError(`${option} needs a value`, `if "${value}" is the value, write ${option}=${value}`)
  }
  return value
}

function single(name: string, values: string[], definition: ArgDef): string {
  if (isRepeatableArg(definition)) return joinValues(values)
  if (values.length > 1 && !isRepeatable(name)) throw usageError(`--${name} was given ${values.length} times`)
  return values.join(',')
}
