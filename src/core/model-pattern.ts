/**
 * How exactly the best of `patterns` names the model: its length, or -1 when none does. `*` stands for any text,
 * slashes included.
 */
export function bestMatch(id: string, patterns: readonly string[]): number {
  return bestPattern(id, patterns)?.length ?? -1
}

/** The longest of `patterns` that names the model, the first of equals. */
export function bestPattern(id: string, patterns: readonly string[]): string | undefined {
  return patterns.filter((pattern) => toRegExp(pattern).test(id)).toSorted((a, b) => b.length - a.length)[0]
}

/** Whether a name stands for several. */
export function isPattern(name: string): boolean {
  return name.includes('*')
}

function toRegExp(pattern: string): RegExp {
  const literals = pattern.split('*').map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`)
}
