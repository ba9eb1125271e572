import { toBridgeError } from '../../core/errors.ts'
import type { Credential } from './credential.ts'
import { credentialError } from './credential-error.ts'
import { type ReadSecret, readSecret } from './read-secret.ts'
import { runCommand } from './run-command.ts'
import type { CommandSource } from './source.ts'

/** So long before its end a secret is replaced, in milliseconds, or for half of its life; meanwhile it serves. */
const AHEAD = 60_000

/** Milliseconds until a command that failed is run again, the first time and at most. */
const FIRST_PAUSE = 1000
const LAST_PAUSE = 60_000

export interface CommandCredentialOptions {
  source: CommandSource
  env: NodeJS.ProcessEnv
  /** Ends what runs. */
  signal: AbortSignal
  /** Unix milliseconds. */
  now?: () => number
}

interface Held extends ReadSecret {
  /** When the command has printed it. */
  at: number
}

/** A secret that a command prints. The command runs once at a time, however many ask. */
export class CommandCredential implements Credential {
  readonly #options: CommandCredentialOptions
  readonly #now: () => number
  #held: Held | undefined
  #flight: Promise<string> | undefined
  /** Of runs in a row that brought nothing new. */
  #failures = 0
  #failure: unknown
  #notBefore = 0

  constructor(options: CommandCredentialOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async get(): Promise<string> {
    const held = this.#held
    if (held === undefined || this.#isOver(held)) return this.#run()
    // Whoever asks now need not wait for the next one, and has no part in its failure.
    if (this.#isOld(held) && !this.#pausing) void this.#run().catch(() => {})
    return held.secret
  }

  async renew(secret: string): Promise<string> {
    const held = this.#held
    // Another request has renewed it already.
    if (held !== undefined && held.secret !== secret && !this.#isOver(held)) return held.secret
    if (this.#pausing && held?.secret === secret) return secret
    const renewed = await this.#run()
    // Printed again after it was refused: to ask at once for each refusal would bring the same.
    if (renewed === secret) this.#pause()
    return renewed
  }

  get #pausing(): boolean {
    return this.#flight === undefined && this.#now() < this.#notBefore
  }

  #isOver({ expiresAt }: Held): boolean {
    return expiresAt !== undefined && expiresAt <= this.#now()
  }

  #isOld({ at, expiresAt }: Held): boolean {
    const now = this.#now()
    const { refreshInterval } = this.#options.source
    return (refreshInterval > 0 && now >= at + refreshInterval) || (expiresAt !== undefined && now >= expiresAt - Math.min(AHEAD, (expiresAt - at) / 2))
  }

  #run(): Promise<string> {
    if (this.#flight !== undefined) return this.#flight
    if (this.#pausing && this.#failure !== undefined) return Promise.reject(this.#failure as Error)
    this.#flight = this.#fetch().finally(() => (this.#flight = undefined))
    return this.#flight
  }

  async #fetch(): Promise<string> {
    const { source, env, signal } = this.#options
    const before = this.#held?.secret
    try {
      const read = readSecret(await runCommand(source, { env, signal }), this.#now())
      if (read === undefined) throw credentialError(source, 'printed no token in a form that is known')
      if (read.expiresAt !== undefined && read.expiresAt <= this.#now()) throw credentialError(source, 'printed a token that has expired')
      this.#held = { ...read, at: this.#now() }
      this.#failure = undefined
      if (read.secret !== before) this.#failures = 0
      return read.secret
    } catch (error) {
      this.#failure = toBridgeError(error)
      this.#pause()
      throw error
    }
  }

  #pause(): void {
    this.#notBefore = this.#now() + Math.min(FIRST_PAUSE * 2 ** this.#failures++, LAST_PAUSE)
  }
}
