import { invalidValue, listNames } from './invalid-value.ts'

/** What a result has in common with the call that it answers. */
interface ResultName {
  id?: string | null | undefined
  name?: string | null | undefined
}

/** What a format calls the two, for errors. */
export interface CallWords {
  call: string
  result: string
}

/**
 * The id of the call that a result answers which was made before this request.
 * @throws BridgeError 400 when the result has none
 */
export function givenId({ id }: ResultName, param: string, { call }: CallWords): string {
  if (id) return id
  throw invalidValue(param, `it is missing. Expected the id of the ${call} that this answers, which is in no turn of this request`)
}

/** Gives calls and their results the ids by which a prompt pairs them, for formats whose clients may pair by name and order. */
export class CallIds {
  readonly #taken: Set<string>
  readonly #words: CallWords
  /** The names of the calls without a result, by id, in their order. */
  readonly #open = new Map<string, string>()
  /** Their ids by name. */
  readonly #byName = new Map<string, Set<string>>()
  #count = 0

  /** @param given the ids of all calls that have one of their client's */
  constructor(given: readonly (string | null | undefined)[], words: CallWords) {
    this.#taken = new Set(given.filter((id) => typeof id === 'string'))
    this.#words = words
  }

  /** The id of the next call: the client's own, else one that stays the same while the conversation grows. */
  begin(call: { id?: string | null | undefined; name: string }, param: string): string {
    this.#count++
    const id = call.id || this.#make()
    if (this.#open.has(id)) throw invalidValue(`${param}.id`, 'another call of this turn has the same id')
    this.#open.set(id, call.name)
    const named = this.#byName.get(call.name)
    if (named) named.add(id)
    else this.#byName.set(call.name, new Set([id]))
    return id
  }

  /**
   * The id of the call that a result answers.
   * @throws BridgeError 400 when there is none
   */
  end(result: ResultName, param: string): string {
    const [first] = result.name ? (this.#byName.get(result.name) ?? []) : this.#open.keys()
    const id = result.id && this.#open.has(result.id) ? result.id : first
    if (id === undefined) throw invalidValue(param, `it answers no ${this.#words.call} of the turn before it`)
    this.#byName.get(this.#open.get(id)!)!.delete(id)
    this.#open.delete(id)
    return id
  }

  /** @throws BridgeError 400 when a call has no result */
  checkAnswered(param: string): void {
    if (this.#open.size === 0) return
    const names = listNames([...this.#open.values()])
    const { call, result } = this.#words
    throw invalidValue(param, `each ${call} needs a ${result} in the turn after it; there is none for ${names}`)
  }

  #make(): string {
    let id = `call_${this.#count}`
    while (this.#taken.has(id)) id += '_'
    this.#taken.add(id)
    return id
  }
}
