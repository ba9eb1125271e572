import type { Content } from './schema.ts'
import { invalidValue, listNames } from '../invalid-value.ts'

/** What a result has in common with the call that it answers. */
interface ResultName {
  id?: string | null | undefined
  name: string
}

/**
 * The id of the call that a result answers which was made before this request.
 * @throws BridgeError 400 when the result has none
 */
export function givenId({ id }: ResultName, param: string): string {
  if (id) return id
  throw invalidValue(`${param}.id`, "it is missing. Expected the 'id' of the 'functionCall' that this answers, which is in no turn of this request")
}

/** Gives calls and their results the ids by which a prompt pairs them; Gemini's clients may pair by name and order. */
export class CallIds {
  readonly #taken: Set<string>
  /** The names of the calls without a result, by id, in their order. */
  readonly #open = new Map<string, string>()
  /** Their ids by name. */
  readonly #byName = new Map<string, Set<string>>()
  #count = 0

  constructor(contents: readonly Content[]) {
    const given = contents.flatMap(({ parts }) => (parts ?? []).map(({ functionCall }) => functionCall?.id))
    this.#taken = new Set(given.filter((id) => typeof id === 'string'))
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
    const [firstOfName] = this.#byName.get(result.name) ?? []
    const id = result.id && this.#open.has(result.id) ? result.id : firstOfName
    if (id === undefined) throw invalidValue(param, "it answers no 'functionCall' of the turn before it")
    this.#byName.get(this.#open.get(id)!)!.delete(id)
    this.#open.delete(id)
    return id
  }

  /** @throws BridgeError 400 when a call has no result */
  checkAnswered(param: string): void {
    if (this.#open.size === 0) return
    const names = listNames([...this.#open.values()])
    throw invalidValue(param, `each 'functionCall' needs a 'functionResponse' in the turn after it; there is none for ${names}`)
  }

  #make(): string {
    let id = `call_${this.#count}`
    while (this.#taken.has(id)) id += '_'
    this.#taken.add(id)
    return id
  }
}
