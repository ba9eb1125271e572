/** A request that a vendor refuses. The server answers with it and keeps it as a violation. */
export class Refusal extends Error {
  /** Which rule it broke, `vendor/rule`. */
  readonly rule: string
  readonly status: number
  /** The vendor's own error body. */
  readonly body: unknown

  constructor(rule: string, status: number, message: string, body: unknown) {
    super(message)
    this.rule = rule
    this.status = status
    this.body = body
  }
}

/** A failure that a script asked for: the vendor answers so, but nobody broke a rule. */
export class ScriptedFailure extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the script fails with ${status}`)
    this.status = status
  }
}

/** A refused request. */
export interface Violation {
  rule: string
  status: number
  message: string
  /** The path of the call. */
  path: string
}

/**
 * What a vendor takes without a word, though the model has lost its reasoning by it: it thinks anew or answers worse.
 * `earlier` turns are those before the user's last message.
 */
export interface Loss {
  rule: string
  message: string
  turn: 'current' | 'earlier'
  path: string
}
