/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

/** What a header can carry and a person can read. */
const NAME = /^[\w.-]{1,64}$/

/**
 * The fields of an object that ask for something and that its schema does not have.
 * @param unread fields that it has, and that nobody reads all the same
 */
export function unknownFields(value: unknown, schema: { shape: object }, unread: readonly string[] = []): string[] {
  return Object.entries((value ?? {}) as Record<string, unknown>)
    .filter(([name, content]) => (!Object.hasOwn(schema.shape, name) || unread.includes(name)) && asksForSomething(content))
    .map(([name]) => name)
}

/** The names that clients can be told: each once, and not too many. */
export function tellable(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => NAME.test(name)).slice(0, MAX_NAMES)
}

/** Many clients serialize every optional field, so nothing and a list of nothing count as absent. */
function asksForSomething(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)
}
