import type { CallForm, KnownWire } from '../core/call.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Model } from '../core/model.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Usage } from '../core/usage.ts'
import type { Adapted } from './shared/adapted.ts'
import type { Adjustment } from './shared/adjustment.ts'
import type { ToolNames } from './shared/tool-names.ts'

/** A provider's format: pure translation between `Prompt` and `AnswerEvent` and its JSON. */
export interface WireFormat {
  readonly wire: KnownWire
  /**
   * Writes the body of a call. What a client left out is left out here too, but for what the provider refuses to be
   * without and what the user's opencode configuration asks for (`form.configured`).
   */
  encode(prompt: Prompt, target: Target): Record<string, unknown>
  /**
   * What of a body in this format has to change so that the provider takes its history: what the client left out of its
   * model's answers and the prompt has, what stands for that where nobody has it, and ids that mean nothing without it.
   * @param body as it is passed on otherwise
   * @param prompt the same, with what is remembered; undefined where only the provider understands the body
   */
  mendHistory(body: Readonly<Record<string, unknown>>, prompt: Prompt | undefined, target: Omit<Target, 'stream'>): Adapted
  /** What `encode` asks otherwise than the client wanted it, or leaves out, because the provider would refuse it. */
  adjustments(prompt: Prompt, target: Target): Adjustment[]
  /** Whether the provider holds the model to all of the output format that is asked for, so that nobody else need. */
  carriesOutput(prompt: OutputQuestion, target: Pick<Target, 'form' | 'model'>): boolean
  /** Whether messages can say who speaks, among several in a role. */
  carriesNames?(form: CallForm): boolean
  /** Makes the reader of one streamed answer. */
  createReader(context: ReaderContext): StreamReader
  /**
   * Reads an answer in one piece.
   * @returns all its events, `finish` last
   * @throws BridgeError 502 for one that is no answer, or the error that the body tells of
   */
  readWhole(body: unknown, context: ReaderContext): AnswerEvent[]
  /** What an answer in one piece used, or anything else with the numbers in the same place; undefined where it does not tell. */
  usageOf(answer: unknown): Usage | undefined
}

export type OutputQuestion = Pick<Prompt, 'output' | 'tools' | 'messages'>

export interface Target {
  model: Model
  form: CallForm
  /** Whether the answer is to come as server-sent events. */
  stream: boolean
}

export interface ReaderContext {
  /** `provider/model`, the origin of the tokens in the answer. */
  model: string
  /** The stop sequences that were asked for, to tell which of them ended the answer. */
  stop?: readonly string[]
  /** How the tools of the request were called at the provider, where it may be otherwise. */
  toolNames?: ToolNames
}

/** Keeps the state of one stream, so it reads no second. */
export interface StreamReader {
  /**
   * Takes the JSON of one server-sent event.
   * @throws BridgeError for an error that the provider tells of in its stream
   */
  read(data: any): AnswerEvent[]
  /** What the provider has told so far of what the answer used. */
  readonly usage: Usage | undefined
  /** Whether the provider has told how its answer ended, so that all of the answer is told but for its usage. */
  readonly ended: boolean
  /** The stream is over, `done` says whether the provider marked its end (`[DONE]`). Ends with `finish`. @throws BridgeError 502 `upstream_incomplete` */
  end(done: boolean): AnswerEvent[]
}
