/** In milliseconds. Longer pauses are a slip of the provider's: its longest quotas are those of a week. */
const MAX_PAUSE = 7 * 24 * 60 * 60 * 1000

/**
 * The pause that a provider asks for, in milliseconds. `retry-after-ms` is OpenAI's and more exact than `retry-after`,
 * which has seconds or a date. Values that are negative, in the past, absurd or no time at all say nothing.
 * @param headers names in lower case
 */
export function retryAfterOf(headers: Readonly<Record<string, string>>): number | undefined {
  return milliseconds(headers['retry-after-ms'], 1) ?? milliseconds(headers['retry-after'], 1000) ?? untilDate(headers['retry-after'])
}

/** A number of units as milliseconds, if it is a pause that anybody would mean. */
export function milliseconds(value: unknown, unit: number): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined
  const pause = Number(value) * unit
  return pause >= 0 && pause <= MAX_PAUSE ? pause : undefined
}

function untilDate(value: string | undefined): number | undefined {
  // Date.parse takes a lone number for a year.
  if (value === undefined || !/[a-z:]/i.test(value)) return undefined
  const pause = Date.parse(value) - Date.now()
  return pause > 0 && pause <= MAX_PAUSE ? pause : undefined
}
