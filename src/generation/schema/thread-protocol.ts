/** What the thread for schemas is asked. One question at a time. */
export interface Question {
  /** The schema, as JSON. */
  schema: string
  /** JSON texts, of which the first that fits is looked for; none at all asks whether the schema is one. */
  texts: readonly string[]
}

export type Verdict =
  /** The number of the first text that fits; of none, that the schema is one. */
  | { fits: number }
  /** What is wrong with the first that is JSON, without its values; `undefined` where none is. */
  | { problem: string | undefined }
  /** The schema is none, and why. */
  | { noSchema: string }

/** What the thread says, once when it can be asked. */
export const READY = 'ready'
