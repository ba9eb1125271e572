// Contents of requests, small and of nobody.

/** One red pixel. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

/** A page with nothing on it. */
export const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
).toString('base64')

/** A header that promises one sample of silence, and the sample. */
export const WAV = Buffer.from('524946462600000057415645666d74201000000001000100401f0000803e00000200100064617461020000000000', 'hex').toString('base64')

export const WEATHER_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string', description: 'A city, as "Rome"' }, unit: { type: 'string', enum: ['c', 'f'] } },
  required: ['city', 'unit'],
  additionalProperties: false,
}

export const ANSWER_SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, inhabitants: { type: 'integer', minimum: 0 } },
  required: ['city', 'inhabitants'],
  additionalProperties: false,
}

/** What a provider sealed in an earlier answer, and only it can read. */
export const SEALED = Buffer.from('sealed by the provider, of no meaning to anybody else').toString('base64')

/** Beyond what is plain ASCII, and what a JSON writer must escape. */
export const ODD_TEXT = 'Grüße, "quoted" \\ back\tslash \u2028 line, 日本語, 🦀 and \u0007 bell'
