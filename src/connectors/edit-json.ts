import { applyEdits, findNodeAtLocation, type FormattingOptions, type JSONPath, modify, parse, type ParseError, parseTree } from 'jsonc-parser'

/** A value of undefined takes the setting away. */
export type JsonSetting = readonly [path: readonly string[], value: unknown]

/** Sets values in a JSON text, with comments and commas as its user wrote them. */
export function editJson(content: string, settings: readonly JsonSetting[]): string {
  const { text, value } = read(content, '{}\n')
  if (!isObject(value)) throw new Error('it is not a JSON object')
  return settings.reduce((edited, [path, setting]) => set(edited, [...path], setting), text)
}

/** Sets a value that a tool would set itself when it next reads the file, which nobody could take back then. */
export function setIfAbsent(content: string, key: string, value: unknown): string {
  const { text, value: known } = read(content, '{}\n')
  return typeof known === 'object' && known !== null && Object.hasOwn(known, key) ? content : set(text, [key], value)
}

/**
 * Puts an entry into the list at `path`, in the place of the one that has the same values under `keys`.
 * @param path empty for a text that is a list
 */
export function setInJsonList(content: string, path: readonly string[], keys: readonly string[], entry: Readonly<Record<string, unknown>>): string {
  const { text, value } = read(content, path.length === 0 ? '[]\n' : '{}\n')
  const list = path.reduce<unknown>((parent, key) => (parent as Record<string, unknown> | undefined)?.[key], value)
  if (list === undefined) return set(text, [...path], [entry])
  if (!Array.isArray(list)) throw new Error(`${path.join('.') || 'it'} is not a JSON list`)
  const index = list.findIndex((item) => keys.every((key) => (item as Record<string, unknown> | null)?.[key] === entry[key]))
  return set(text, [...path, index < 0 ? list.length : index], entry)
}

/** The object that a text is; undefined where it is anything else. */
export function readJsonObject(content: string): Record<string, unknown> | undefined {
  try {
    const { value } = read(content, '{}\n')
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function read(content: string, empty: string): { text: string; value: unknown } {
  const errors: ParseError[] = []
  const text = content.trim() === '' ? empty : content
  const value: unknown = parse(text, errors, { allowTrailingComma: true })
  if (errors.length > 0) throw new Error('it is not JSON')
  return { text, value }
}

function set(text: string, path: JSONPath, value: unknown): string {
  const tree = value === undefined ? parseTree(text) : undefined
  if (value === undefined && (!tree || !findNodeAtLocation(tree, path))) return text
  return applyEdits(text, modify(text, path, value, { formattingOptions: formatOf(text) }))
}

function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  '
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' }
}
