import { isObject } from '../../core/json-value.ts'
import type { WireFormat } from '../wire.ts'
import { adjustments } from './adjustments.ts'
import { carriesOutput, encode } from './encode.ts'
import { mendHistory } from './mend-history.ts'
import { GeminiReader } from './read-stream.ts'
import { readWhole } from './read-whole.ts'
import { toUsage } from './usage.ts'

/** Google's Gemini: https://ai.google.dev/api/generate-content */
export const geminiWire: WireFormat = {
  wire: 'gemini',
  encode,
  mendHistory,
  adjustments,
  carriesOutput,
  createReader: (context) => new GeminiReader(context),
  readWhole,
  usageOf: (answer) => {
    // The pieces of a stream tell the numbers so far.
    const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer
    return isObject(last) && isObject(last.usageMetadata) ? toUsage(last.usageMetadata) : undefined
  },
}
