/**
 * How exactly the best of `patterns` names the model: its length, or -1 when none does. `*` stands for any text,
 * slashes included.
 */
export function bestMatch(id: string, patterns: readonly string[]): number {
  return Math.max(-1, ...patterns.filter((pattern) => toRegExp(pattern).test(id)).map((pattern) => pattern.length))
}

function toRegExp(pattern: string): RegExp {
  const literals = pattern.split('*').map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`)
}
