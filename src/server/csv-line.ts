/**
 * A line of RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe, for strangers choose what
 * their programs and models are called.
 */
export function toCsvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(toField).join(',')}\r\n`
}

function toField(value: string | number | boolean | null): string {
  if (value === null) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^-?[\d.]+$/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
