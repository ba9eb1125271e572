import { usageError } from '../command-line/failure.ts'

/** What the command itself says. */
const OWN: Record<string, string> = { model: '-m', messages: 'the prompt', stream: '--no-stream', stream_options: '--usage' }

/**
 * The parameters of `-o key=value`. A value is JSON where it is that, else a text; a dot leads into an object
 * (`reasoning.max_tokens=1000`).
 * @throws CliError for what is no such pair, or belongs to an option of its own
 */
export function readParameters(pairs: readonly string[]): Record<string, unknown> {
  const parameters: Record<string, unknown> = {}
  for (const pair of pairs) {
    const [, path, value] = /^([\w-]+(?:\.[\w-]+)*)=(.*)$/s.exec(pair) ?? []
    if (path === undefined) throw usageError(`-o ${pair} is no key=value`, 'such as -o temperature=0.2')
    const names = path.split('.')
    const own = Object.hasOwn(OWN, names[0]!) ? OWN[names[0]!] : undefined
    if (own !== undefined) throw usageError(`-o ${names[0]} is no parameter: ${own} says that`)
    put(parameters, names, parseValue(value!))
  }
  return parameters
}

/** A number of an option. @throws CliError where it is none, or out of bounds */
export function readNumber(option: string, text: string, { min, max = Infinity, whole = false }: { min: number; max?: number; whole?: boolean }): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= min && number <= max && (!whole || Number.isSafeInteger(number))) return number
  const bounds = max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`
  throw usageError(`--${option} ${text} is no ${whole ? 'whole ' : ''}number ${bounds}`)
}

function put(target: Record<string, unknown>, [name, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[name!] = value
  else {
    const inner = target[name!]
    const object = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {}
    target[name!] = object
    put(object, rest, value)
  }
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
