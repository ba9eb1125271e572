/** More alternatives than this count as a pattern for everything. */
const MAX_ALTERNATIVES = 200

/**
 * Whether a pattern for names of files may match a path. It errs on the side of yes: a set of characters is any
 * character, a star crosses folders, two stars may be no folder, case is nothing, and what is left out (`!`) or ill-formed
 * is everything.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const alternatives = pattern.startsWith('!') ? undefined : expand(pattern.toLowerCase())
  if (alternatives === undefined) return true
  const text = path.toLowerCase()
  return alternatives.some((alternative) => matches(tokensOf(alternative.replace(/^\//, '').replaceAll('**/', '*')), text))
}

/** The alternatives of braces; undefined where there are too many, or braces do not fit. */
function expand(pattern: string): string[] | undefined {
  let done = ['']
  let rest = pattern
  for (;;) {
    const open = rest.indexOf('{')
    if (open === -1) return rest.includes('}') ? undefined : done.map((text) => text + rest)
    const close = rest.indexOf('}', open)
    const inner = rest.slice(open + 1, close)
    // Braces in braces are rare; they count as a pattern for everything.
    if (close === -1 || inner.includes('{')) return undefined
    const choices = inner.split(',')
    if (done.length * choices.length > MAX_ALTERNATIVES) return undefined
    done = done.flatMap((text) => choices.map((choice) => text + rest.slice(0, open) + choice))
    rest = rest.slice(close + 1)
  }
}

/** A character, any one (`undefined`), or any number of any (`*`). */
type Token = { any: 'one' | 'many' } | { character: string }

function tokensOf(pattern: string): Token[] {
  return [...pattern.matchAll(/\*+|\[[^\]]*\]|\\.|[^]/g)].map(([text]): Token => {
    if (text.startsWith('*')) return { any: 'many' }
    if (text === '?' || (text.startsWith('[') && text.length > 1)) return { any: 'one' }
    return { character: text.length === 2 ? text[1]! : text }
  })
}

/** In a time that grows with the product of both lengths, whatever the pattern. */
function matches(tokens: Token[], text: string): boolean {
  let reached = new Set([0])
  for (const token of tokens) {
    const next = new Set<number>()
    if ('any' in token && token.any === 'many') {
      for (let index = Math.min(...reached); index <= text.length; index++) next.add(index)
    } else {
      for (const index of reached) if (index < text.length && ('any' in token || text[index] === token.character)) next.add(index + 1)
    }
    if (next.size === 0) return false
    reached = next
  }
  return reached.has(text.length)
}
