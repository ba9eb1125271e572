import type { AnswerEvent } from '../../core/answer-event.ts'
import { parseObject } from '../../core/json-text.ts'
import { isObject } from '../../core/json-value.ts'
import { DistinctIds } from '../shared/distinct-ids.ts'
import type { ReaderContext } from '../wire.ts'

type Json = Record<string, any>

interface OpenCall {
  /** As the provider gave it. */
  id: string | undefined
  /** Undefined until the provider tells it; nothing of the call is told before. */
  name: string | undefined
  arguments: string
  /** Its number among the answer's calls, once it was told. */
  index: number
  /** The provider named it once more after its end: if arguments follow, they are another call's. */
  repeated: boolean
}

/**
 * Puts the pieces of tool calls together, whatever they are told apart by: a number, which some give to all of them, an
 * id, which some change with every piece or never, or nothing but a name after the whole arguments of another.
 */
export class CallAssembler {
  readonly #context: ReaderContext
  readonly #ids = new DistinctIds()
  readonly #calls: OpenCall[] = []
  readonly #byNumber = new Map<number, OpenCall>()
  #told = 0

  constructor(context: ReaderContext) {
    this.#context = context
  }

  /** How many calls the answer has so far. */
  get count(): number {
    return this.#told
  }

  /** Whether no call breaks off. */
  get complete(): boolean {
    return this.#calls.every((call) => call.arguments.trim() === '' || isWhole(call))
  }

  /** Takes an item of `tool_calls`, of a stream or of a whole message. */
  add(piece: Json): AnswerEvent[] {
    const id = text(piece.id)
    const name = text(piece.function?.name)
    const args = argumentsText(piece.function?.arguments)
    const last = this.#find(piece.index, id)
    if (last === undefined || isNext(last, id, name, args)) return this.#begin(piece, { id: id ?? last?.id, name: name ?? last?.name, args })
    // Named again after its end: if arguments follow, they are another call's of the same name.
    last.repeated ||= name !== undefined && isWhole(last)
    last.id ??= id
    return [...this.#tell(last, name), ...this.#write(last, args), ...this.#sign(last, piece)]
  }

  /** Calls without arguments get the object that they mean. */
  end(): AnswerEvent[] {
    return this.#calls.flatMap((call) => (call.arguments.trim() === '' ? this.#write(call, '{}') : []))
  }

  #find(number: unknown, id: string | undefined): OpenCall | undefined {
    if (typeof number === 'number') return this.#byNumber.get(number)
    return this.#calls.findLast((call) => id !== undefined && call.id === id) ?? this.#calls.at(-1)
  }

  #begin(piece: Json, { id, name, args }: { id: string | undefined; name: string | undefined; args: string }): AnswerEvent[] {
    const call: OpenCall = { id, name: undefined, arguments: '', index: -1, repeated: false }
    this.#calls.push(call)
    if (typeof piece.index === 'number') this.#byNumber.set(piece.index, call)
    return [...this.#tell(call, name), ...this.#write(call, args), ...this.#sign(call, piece)]
  }

  /** What came before the name is told with it. */
  #tell(call: OpenCall, name: string | undefined): AnswerEvent[] {
    if (call.name !== undefined || name === undefined) return []
    call.name = name
    call.index = this.#told++
    const { index, arguments: args } = call
    const start: AnswerEvent = { type: 'tool-call-start', index, id: this.#ids.take(call.id), name: this.#context.toolNames?.toClient(name) ?? name }
    return args === '' ? [start] : [start, { type: 'tool-call-delta', index, arguments: args }]
  }

  #write(call: OpenCall, args: string): AnswerEvent[] {
    call.arguments += args
    return call.name === undefined || args === '' ? [] : [{ type: 'tool-call-delta', index: call.index, arguments: args }]
  }

  /** The signature of Gemini's at Google's own server for this format. */
  #sign({ name, index }: OpenCall, piece: Json): AnswerEvent[] {
    const value = text(piece.extra_content?.google?.thought_signature)
    if (value === undefined || name === undefined) return []
    return [{ type: 'part-token', part: 'tool-call', index, token: { kind: 'thought-signature', value, origin: this.#context.model } }]
  }
}

/** Whether a piece that seems to go on with a call begins another. */
function isNext(last: OpenCall, id: string | undefined, name: string | undefined, args: string): boolean {
  if (name === undefined) return last.repeated && args.trim() !== ''
  // A new id alone tells nothing: some servers make one for every piece.
  if (last.name === undefined) return false
  if (name !== last.name || (id !== undefined && last.id !== undefined && id !== last.id)) return true
  return isWhole(last) && args.trim() !== ''
}

function isWhole(call: OpenCall): boolean {
  return parseObject(call.arguments) !== undefined
}

/** Some servers give the object itself. */
function argumentsText(args: unknown): string {
  return isObject(args) ? JSON.stringify(args) : (text(args) ?? '')
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
