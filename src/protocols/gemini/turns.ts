import type { Content, Part } from './schema.ts'

/** A part with the place where the client wrote it. */
export interface PlacedPart {
  part: Part
  path: string
}

export interface Turn {
  role: 'user' | 'model'
  /** Its contents, never empty. */
  entries: { path: string; parts: PlacedPart[] }[]
}

const ROLES: ReadonlySet<string> = new Set<NonNullable<Content['role']>>(['user', 'model', 'function'])

/** The parts of a content; one of a role that is unknown was not looked into, so it may hold anything. */
export function partsOf({ role, parts }: Content): readonly Part[] {
  return role == null || ROLES.has(role) ? (parts ?? []) : []
}

/** Contents of one role that follow each other are one turn: clients keep each piece of a stream as a content of its own. */
export function turnsOf(contents: readonly Content[]): Turn[] {
  const turns: Turn[] = []
  contents.forEach((content, index) => {
    const role = content.role === 'model' ? 'model' : 'user'
    const path = `contents[${index}]`
    const entry = { path, parts: partsOf(content).map((part, at) => ({ part, path: `${path}.parts[${at}]` })) }
    const last = turns.at(-1)
    if (last?.role === role) last.entries.push(entry)
    else turns.push({ role, entries: [entry] })
  })
  return turns
}
