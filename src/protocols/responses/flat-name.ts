import { createHash } from 'node:crypto'

/** The longest name that providers take. */
const MAX_LENGTH = 64

const HASH_LENGTH = 8

/**
 * The one name under which the model knows a tool of a namespace; models know no namespaces. It is the same for the
 * same tool in every request, so that calls in the history fit the tools that are offered.
 */
export function flatName(namespace: string | null | undefined, name: string): string {
  if (!namespace) return name
  const separator = namespace.endsWith('_') ? '' : '__'
  const full = `${namespace}${separator}${name}`
  const flat = full.replace(/[^a-zA-Z0-9_-]/g, '_')
  if (flat === full && flat.length <= MAX_LENGTH) return flat
  const hash = createHash('sha256').update(`${namespace}\0${name}`).digest('hex').slice(0, HASH_LENGTH)
  return `${flat.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}_${hash}`
}
