import type { HostedUse } from './hosted.ts'
import type { Token } from './prompt.ts'
import type { Usage } from './usage.ts'

/**
 * The canonical stream of one answer. It ends with exactly one `finish`, or it throws a `BridgeError`;
 * a stream that simply stops is a defect of the engine.
 */
export type AnswerEvent =
  | { type: 'text-delta'; text: string }
  | { type: 'reasoning-delta'; text: string }
  /**
   * The token of a part. Of `reasoning` and `text` it is the part being written, or an empty one where none is, and it
   * ends that part: what follows of the same type is another. Of a `tool-call` it is that with the `index`.
   */
  | { type: 'part-token'; part: 'reasoning' | 'text'; token: Token }
  | { type: 'part-token'; part: 'tool-call'; index: number; token: Token }
  /** The model refuses, in words of its own; where a format has no place for it, it is text. */
  | { type: 'refusal-delta'; text: string }
  /** A call begins; its arguments follow as deltas of their JSON text. Calls are numbered from 0. */
  | { type: 'tool-call-start'; index: number; id: string; name: string }
  | { type: 'tool-call-delta'; index: number; arguments: string }
  /** The bridge has run a tool for the model: a search, or the fetching of a page. */
  | { type: 'hosted'; use: HostedUse }
  /** Probabilities of the tokens just sent, in OpenAI's form. */
  | { type: 'logprobs'; content: unknown[] }
  /** The provider was called again; nothing of the answer had been sent. `delay` in milliseconds. */
  | { type: 'retry'; attempt: number; delay: number; message: string }
  /** `stopSequence` is the one of `parameters.stop` that ended the answer, where somebody told which. */
  | { type: 'finish'; reason: FinishReason; usage: Usage | undefined; stopSequence?: string }

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter'
