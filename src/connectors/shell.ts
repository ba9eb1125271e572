import { KEY_VARIABLE, NO_KEY } from './connector.ts'

/** The key as a POSIX shell finds it; tools want one even where none is needed. */
export const keyInShell = { expression: `"\${${KEY_VARIABLE}:-${NO_KEY}}"` }

/** Lines for a POSIX shell that set variables. */
export function shellExports(variables: readonly (readonly [name: string, value: string | { expression: string }])[]): string {
  return variables.map(([name, value]) => `export ${name}=${typeof value === 'string' ? shellQuote(value) : value.expression}\n`).join('')
}

/** One word of a POSIX shell, whatever is in it. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
