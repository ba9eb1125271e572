import { isDeepStrictEqual } from 'node:util'
import { parseTOML } from 'confbox/toml'

type Table = Record<string, unknown>

/** A text, a list of texts, or a table that is written inline. */
export type TomlValue = string | readonly string[] | { readonly [name: string]: TomlValue }

export interface TomlSettings {
  /** Keys that stand before every table. */
  root: Record<string, string>
  /** A table, by the path in its header, whose parts need no quotes. */
  table: { path: readonly string[]; entries: Record<string, TomlValue> }
}

/**
 * Sets texts in a TOML file by its lines, for no library keeps comments and layout. The outcome is parsed and compared,
 * so what lines cannot show (a table that is written inline, say) is refused and not broken.
 */
export function editToml(content: string, { root, table }: TomlSettings): string {
  const before = read(content)
  if (before === undefined) throw new Error('it is not TOML')
  const edited = setTable(
    Object.entries(root)
      .toReversed()
      .reduce((text, [key, value]) => setRootKey(text, key, value), content),
    table,
  )

  const [last, ...parents] = table.path.toReversed()
  const expected: Table = { ...before, ...root }
  let parent = expected
  for (const name of parents.toReversed()) parent = (parent[name] ??= {}) as Table
  parent[last!] = table.entries
  if (!isDeepStrictEqual(read(edited), expected)) throw new Error('it is written in a way that cannot be edited safely')
  return edited
}

function setRootKey(text: string, key: string, value: string): string {
  const lines = text.split('\n')
  const firstTable = lines.findIndex((line) => /^\s*\[/.test(line))
  const pattern = new RegExp(`^(\\s*${key}\\s*=\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*')(\\s*(?:#.*)?\\r?)$`)
  const index = lines.findIndex((line, at) => (firstTable < 0 || at < firstTable) && pattern.test(line))
  if (index < 0) return `${key} = ${quote(value)}${newlineOf(text)}${text}`
  lines[index] = lines[index]!.replace(pattern, (_, start: string, end: string) => `${start}${quote(value)}${end}`)
  return lines.join('\n')
}

function setTable(text: string, { path, entries }: TomlSettings['table']): string {
  const newline = newlineOf(text)
  const header = `[${path.join('.')}]`
  const block = [header, ...Object.entries(entries).map(([key, value]) => `${key} = ${quote(value)}`)]
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex((line) => line.trim() === header)
  if (start < 0) {
    const separator = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline
    return text + separator + block.join(newline) + newline
  }
  const length = lines.slice(start + 1).findIndex((line) => line.trim() === '' || /^\s*\[/.test(line))
  lines.splice(start, length < 0 ? lines.length - start : length + 1, ...block)
  return lines.join(newline)
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** JSON's texts are TOML's basic strings, and its lists of them are TOML's. */
function quote(value: TomlValue): string {
  if (typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name} = ${quote(inner)}`)
    .join(', ')} }`
}

/** What a text says, as JSON: dates as texts, objects with one prototype. Undefined when it is not TOML. */
function read(text: string): Table | undefined {
  try {
    return JSON.parse(JSON.stringify(parseTOML(text))) as Table
  } catch {
    return undefined
  }
}
