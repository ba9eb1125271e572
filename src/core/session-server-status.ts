/** What opencode's server of sessions is doing, for people. */
export interface SessionServerStatus {
  pid: number | undefined
  state: 'starting' | 'running'
  /** Milliseconds since it was spawned. */
  age: number
  /** Resident bytes, as of the last look. */
  memory: number | undefined
  sessions: number
  /** Messages that are being answered. */
  answering: number
}
