import { BridgeError } from '../../core/errors.ts'
import { excessOf } from './bounds.ts'
import { SchemaThreads, SchemaTooCostly } from './schema-threads.ts'
import type { Verdict } from './thread-protocol.ts'

/** Of the process: they hold nothing of a request once it is answered. */
const threads = new SchemaThreads()

/** A JSON Schema that a client sent, and what to call it when it is at fault. */
export class ClientSchema {
  readonly #schema: Record<string, unknown>
  readonly #whose: string
  readonly #param: string
  #text: string | undefined

  /**
   * @param whose such as `the tool 'weather'`
   * @param param the field of the request
   * @throws BridgeError 400 `invalid_json_schema` for one that is too large
   */
  constructor(schema: Record<string, unknown>, { whose, param }: { whose: string; param: string }) {
    this.#schema = schema
    this.#whose = whose
    this.#param = param
    const excess = excessOf(schema)
    if (excess !== undefined) throw this.#fault(`the schema ${excess}`)
  }

  /**
   * Finds the first of some JSON texts that fits.
   * @throws BridgeError 400 `invalid_json_schema` when that takes too much
   */
  async check(texts: readonly string[]): Promise<Verdict> {
    try {
      return await threads.ask({ schema: (this.#text ??= JSON.stringify(this.#schema)), texts })
    } catch (error) {
      if (error instanceof SchemaTooCostly) throw this.#fault(`checking against it ${error.message}`, error)
      throw error
    }
  }

  /** @throws BridgeError 400 `invalid_json_schema` when it is no schema, or takes too much to compile */
  async assertValid(): Promise<void> {
    const verdict = await this.check([])
    if ('noSchema' in verdict) throw this.#fault(verdict.noSchema)
  }

  #fault(why: string, cause?: unknown): BridgeError {
    return new BridgeError(`Invalid schema for ${this.#whose}: ${why}`, { code: 'invalid_json_schema', status: 400, param: this.#param, cause })
  }
}
