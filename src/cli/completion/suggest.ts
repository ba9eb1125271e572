import type { ArgDef, ArgsDef } from 'citty'
import { configKeys } from '../../config/fields.ts'
import { commands } from '../commands/index.ts'
import type { ValueKind } from './values.ts'

export interface Suggestion {
  value: string
  description?: string | undefined
}

/** What may stand where the cursor is; `values` are to be asked for, with what comes before each of them in the word. */
export type Completion = { suggestions: Suggestion[] } | { values: ValueKind; prefix: string } | { files: true }

/** Values of options, by name, and of positional arguments, by command and name, that are more than the words of its hint. */
const VALUES: Record<string, ValueKind> = {
  model: 'models',
  template: 'templates',
  session: 'conversations',
  kind: 'kinds',
}
const POSITIONALS: Record<string, ReadonlyArray<ValueKind | readonly string[]>> = {
  key: [['create', 'list', 'rotate', 'revoke'], 'keys'],
  connect: ['tools'],
  service: [['install', 'uninstall', 'status', 'logs', 'restart']],
  provider: [['list', 'test', 'add', 'remove'], 'providers'],
  conversations: [['list', 'show', 'delete', 'export'], 'conversations'],
  templates: [['list', 'show', 'edit', 'delete', 'path'], 'templates'],
  usage: [['today', 'month', 'all', 'export']],
  completion: [['bash', 'zsh', 'fish', 'powershell']],
  config: [configKeys],
}
/** Hints of values that are files. */
const FILES: ReadonlySet<string | undefined> = new Set(['file', 'path'])

/**
 * Completes a word of a command line.
 * @param words what stands before it, after the program's own name
 */
export async function complete(words: readonly string[], current: string): Promise<Completion> {
  const [name, ...rest] = words
  if (name === undefined || (name === 'help' && rest.length === 0)) return { suggestions: await commandNames(current) }
  const definitions = Object.hasOwn(commands, name) ? ((await commands[name as keyof typeof commands]()).args as ArgsDef) : undefined
  if (definitions === undefined) return { suggestions: [] }

  const [, inlineName, inlineValue] = /^(--[^=]+)=(.*)$/s.exec(current) ?? []
  if (inlineName !== undefined) return valuesOf(find(inlineName, definitions), `${inlineName}=`, inlineValue!)
  const before = rest.at(-1)
  const waiting = before === undefined || rest.indexOf('--') >= 0 ? undefined : find(before, definitions)
  if (waiting !== undefined && waiting[1].type !== 'boolean') return valuesOf(waiting, '', current)
  if (current.startsWith('-') && !rest.includes('--')) return { suggestions: optionNames(definitions, current) }
  return positional(name, countPositionals(rest, definitions), current)
}

async function commandNames(current: string): Promise<Suggestion[]> {
  const all = await Promise.all(
    Object.entries(commands).map(async ([value, load]) => ({ value, description: ((await load()).meta as { description?: string }).description })),
  )
  return startingWith(current, [...all, { value: 'help', description: 'The help of a command' }])
}

function optionNames(definitions: ArgsDef, current: string): Suggestion[] {
  const all = options(definitions).flatMap(([name, { type, description, default: preset, negativeDescription }]): Suggestion[] =>
    type === 'boolean' && preset === true
      ? [{ value: `--no-${name}`, description: negativeDescription ?? description }]
      : [{ value: `--${name}`, description }],
  )
  return startingWith(current, [...all, { value: '--help', description: 'The help of this command' }])
}

type NamedOption = readonly [name: string, definition: ArgDef & { alias?: string; valueHint?: string; negativeDescription?: string }]

function options(definitions: ArgsDef): NamedOption[] {
  return Object.entries(definitions).filter(([, { type }]) => type !== 'positional') as unknown as NamedOption[]
}

function find(word: string, definitions: ArgsDef): NamedOption | undefined {
  return options(definitions).find(([name, { alias }]) => word === `--${name}` || word === `-${alias}`)
}

function valuesOf(option: NamedOption | undefined, prefix: string, current: string): Completion {
  if (option === undefined) return { suggestions: [] }
  const [name, { valueHint }] = option
  const kind = VALUES[name]
  if (kind !== undefined) return { values: kind, prefix }
  if (FILES.has(valueHint)) return { files: true }
  const choices = valueHint?.includes('|') ? valueHint.split('|') : []
  return { suggestions: startingWith(current, toSuggestions(choices)).map(({ value }) => ({ value: prefix + value })) }
}

function positional(name: string, index: number, current: string): Completion {
  const values = POSITIONALS[name]?.[index]
  if (values === undefined) return { suggestions: [] }
  return typeof values === 'string' ? { values, prefix: '' } : { suggestions: startingWith(current, toSuggestions(values)) }
}

/** How many words of a command are neither options nor their values. */
function countPositionals(words: readonly string[], definitions: ArgsDef): number {
  let count = 0
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!
    if (!word.startsWith('-')) count++
    else if (!word.includes('=') && find(word, definitions)?.[1].type === 'string') index++
  }
  return count
}

function toSuggestions(values: readonly string[]): Suggestion[] {
  return values.map((value) => ({ value }))
}

export function startingWith(current: string, suggestions: readonly Suggestion[]): Suggestion[] {
  return suggestions.filter(({ value }) => value.startsWith(current))
}
