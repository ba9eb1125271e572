import { applyEdits, type FormattingOptions, modify, parse, type ParseError } from 'jsonc-parser'

/** A value of undefined takes the setting away. */
export type JsonSetting = readonly [path: readonly string[], value: unknown]

/** Sets values in a JSON text, with comments and commas as its user wrote them. */
export function editJson(content: string, settings: readonly JsonSetting[]): string {
  const errors: ParseError[] = []
  const text = content.trim() === '' ? '{}\n' : content
  const value: unknown = parse(text, errors, { allowTrailingComma: true })
  if (errors.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is not a JSON object')

  const formattingOptions = formatOf(text)
  return settings.reduce((edited, [path, setting]) => applyEdits(edited, modify(edited, [...path], setting, { formattingOptions })), text)
}

function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  '
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' }
}
