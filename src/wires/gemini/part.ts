/** A part of a request's content. */
export type Part = Record<string, unknown>

export interface WireContent {
  role: 'user' | 'model'
  parts: Part[]
}
