import type { RegExpEngine } from 'ajv/dist/types/index.js'
import { RE2JS } from 're2js'

/**
 * Patterns of schemas, run in a time that grows with the text alone, whatever the pattern: JavaScript's own engine takes
 * years for `^(a+)+$`. What only that one can (looking around, references back) it has to do; its time is limited
 * outside.
 */
export const linearPattern: RegExpEngine = Object.assign(
  (pattern: string, flags: string) => {
    // What is no pattern to JavaScript is none.
    const native = new RegExp(pattern, flags)
    try {
      const linear = RE2JS.compile(RE2JS.translateRegExp(pattern))
      return { test: (text: string) => linear.test(text), toString: () => String(native) } as RegExp
    } catch {
      return native
    }
  },
  // Of ajv's standalone code, which is not used.
  { code: 'linearPattern' },
)
