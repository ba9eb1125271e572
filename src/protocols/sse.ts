/**
 * One server-sent event.
 * @param data a single line; JSON text never contains a line break
 */
export function sseData(data: string): string {
  return `data: ${data}\n\n`
}

/**
 * A comment, which clients ignore; to be put between two events. It is a line without an empty one of its own: that would
 * end an event, which some packages then report without data (openai-go before 3.43, openai-python after an `id`).
 */
export function sseComment(text: string): string {
  return `: ${text.replace(/[\r\n]+/g, ' ')}\n`
}

/** Keeps proxies and timeouts from ending a silent connection. */
export const KEEP_ALIVE = sseComment('keep-alive')
