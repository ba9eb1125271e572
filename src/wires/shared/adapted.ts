/** What of a client's own body is changed before the provider gets it, by top-level field; undefined is removed. */
export interface Adapted {
  changes: Record<string, unknown>
  /** Names of what was taken away, for the client to be told. */
  ignored: string[]
}
