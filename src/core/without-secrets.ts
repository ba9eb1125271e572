import type { CallExtras } from './connection.ts'

/** Shorter values are words, such as a version, rather than secrets. */
const LEAST = 8

/** A provider's words without the credential that it was called with: some repeat it in their complaint. */
export function withoutSecrets(text: string, { headers }: CallExtras): string {
  const values = Object.values(headers).flatMap((value) => [value, value.replace(/^Bearer /, '')])
  return values.filter((value) => value.length >= LEAST).reduce((told, value) => told.replaceAll(value, '(secret)'), text)
}
