import type { Usage } from './usage.ts'

/**
 * The canonical stream of one answer. It ends with exactly one `finish`, or it throws a `BridgeError`;
 * a stream that simply stops is a defect of the engine.
 */
export type Event =
  | { type: 'text-delta'; text: string }
  | { type: 'reasoning-delta'; text: string }
  | { type: 'tool-call'; index: number; id: string; name: string; arguments: string }
  /** The provider was called again; nothing of the answer had been sent. `delay` in milliseconds. */
  | { type: 'retry'; attempt: number; delay: number; message: string }
  | { type: 'finish'; reason: FinishReason; usage: Usage | undefined }

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter'
