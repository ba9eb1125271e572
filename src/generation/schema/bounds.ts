/** Of its JSON text, in characters. */
const MAX_LENGTH = 256 * 1024
const MAX_DEPTH = 64
/** Keys of all objects, and items of all lists. */
const MAX_ENTRIES = 10_000
const MAX_REFERENCES = 1_000

/**
 * What makes a schema too large to be compiled for somebody unknown, in words that go on from `the schema …`; undefined
 * when nothing does. Real ones, of the largest tools there are, have a tenth of all this.
 */
export function excessOf(schema: Record<string, unknown>): string | undefined {
  let entries = 0
  let references = 0
  const open: { value: unknown; depth: number }[] = [{ value: schema, depth: 1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`
    const inner = Object.entries(value)
    entries += inner.length
    if (entries > MAX_ENTRIES) return `has more than ${MAX_ENTRIES} entries`
    references += inner.filter(([key]) => key === '$ref' || key === '$dynamicRef' || key === '$recursiveRef').length
    if (references > MAX_REFERENCES) return `has more than ${MAX_REFERENCES} references`
    open.push(...inner.map(([, child]) => ({ value: child, depth: depth + 1 })))
  }
  // Last, when it is known to be flat and small enough to be written out.
  return JSON.stringify(schema).length > MAX_LENGTH ? `is longer than ${MAX_LENGTH} characters` : undefined
}
