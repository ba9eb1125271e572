/**
 * One server-sent event.
 * @param data a single line; JSON text never contains a line break
 */
export function sseData(data: string): string {
  return `data: ${data}\n\n`
}

/** A comment: clients ignore it, but it keeps proxies and timeouts from ending a silent connection. */
export function sseComment(text: string): string {
  return `: ${text.replace(/[\r\n]+/g, ' ')}\n\n`
}
