/**
 * Text that headers cannot carry, percent-encoded as in a URL: models and efforts have the names that people give them in
 * opencode's configuration.
 */
export function headerValue(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
