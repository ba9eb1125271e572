/** Bytes. */
const LIMIT = 100_000
/** Characters of a text that are kept. */
const KEPT = 600

/**
 * Cuts the longest texts of a body that is too large for a repository; all else in it stays as it was written.
 * @param {string} body
 * @returns {{ shortened?: string, body: string }}
 */
export function shorten(body) {
  if (Buffer.byteLength(body) <= LIMIT) return { body }
  let short = body
  let count = 0
  for (const text of textsOf(JSON.parse(body)).sort((a, b) => b.length - a.length)) {
    if (Buffer.byteLength(short) <= LIMIT || text.length <= KEPT) break
    const written = JSON.stringify(text)
    // One that the client escapes in another way stays.
    if (!short.includes(written)) continue
    short = short.replaceAll(written, () => JSON.stringify(`${text.slice(0, KEPT)} […]`))
    count += 1
  }
  return { shortened: `${count} of its longest texts, from ${Buffer.byteLength(body)} bytes in all`, body: short }
}

function textsOf(value) {
  if (typeof value === 'string') return [value]
  return value && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : []
}
