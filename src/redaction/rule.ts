import { RE2JS } from 're2js'

/** One of the setting `redact`. */
export interface RedactRule {
  /** In RE2's syntax, whose time grows with the text alone: no looking around, no references back. */
  pattern: string
  /** What stands for what was found; `$1` to `$9` are what its groups found. */
  replacement: string
}

/** A rule that is ready to run. */
export interface CompiledRule {
  pattern: RE2JS
  /** Texts and numbers of groups in turn. */
  replacement: readonly (string | number)[]
}

/** @throws RangeError that says what is wrong with the pattern or the replacement */
export function compileRule({ pattern: source, replacement }: RedactRule): CompiledRule {
  const pattern = compile(source)
  if (pattern.test('')) throw new RangeError('the pattern is found where there is nothing, too; write + for *, or name what must be there')
  const parts = replacement.split(/\$([1-9])/).map((part, index) => (index % 2 === 0 ? part : Number(part)))
  const missing = parts.find((part) => typeof part === 'number' && part > pattern.groupCount())
  if (missing !== undefined) throw new RangeError(`the replacement has $${missing}, and the pattern no such group`)
  return { pattern, replacement: parts }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    throw new RangeError(`the pattern is not one of RE2's: ${(error as Error).message.replace(/^error parsing regexp: /, '')}`, { cause: error })
  }
}
