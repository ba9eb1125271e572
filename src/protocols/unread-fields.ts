import { isObject } from '../core/json-value.ts'

/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

/** What a header can carry and a person can read. */
const NAME = /^[\w.-]{1,64}$/

/** Stands for names that are none, and where there are more. */
const UNTOLD = '*'

/**
 * The fields of a body, however deep, that ask for something and that its schema left out: `tools.function.foo`, without the
 * places in lists. A schema that keeps what it does not know (a loose object, a record, anything) answers for all of it.
 * @param read what the schema made of it
 */
export function leftOutFields(sent: unknown, read: unknown, path = ''): string[] {
  const found = new Set<string>()
  collect(sent, read, path, found)
  return [...found]
}

function collect(sent: unknown, read: unknown, path: string, found: Set<string>): void {
  // One more says that there are more.
  if (sent === read || found.size > MAX_NAMES) return
  if (Array.isArray(sent)) {
    if (Array.isArray(read)) sent.forEach((element, index) => collect(element, read[index], path, found))
    return
  }
  if (!isObject(sent) || !isObject(read)) return
  for (const [name, value] of Object.entries(sent)) {
    const known = Object.hasOwn(read, name)
    if (known && typeof value !== 'object') continue
    const place = `${path && `${path}.`}${NAME.test(name) ? name : UNTOLD}`
    if (known) collect(value, read[name], place, found)
    else if (asksForSomething(value)) found.add(place)
  }
}

/** The names that clients can be told: each once, and not too many. */
export function tellable(names: readonly string[]): string[] {
  const told = [
    ...new Set(
      names.map((name) =>
        name
          .split('.')
          .map((part) => (NAME.test(part) ? part : UNTOLD))
          .join('.'),
      ),
    ),
  ]
  return told.length > MAX_NAMES ? [...told.slice(0, MAX_NAMES - 1), UNTOLD] : told
}

/** Many clients serialize every optional field, so nothing and a list of nothing count as absent. */
export function asksForSomething(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)
}
