import type { WireFormat } from '../wire.ts'
import { adjustments } from './adjustments.ts'
import { encode } from './encode.ts'
import { GeminiReader } from './read-stream.ts'
import { readWhole } from './read-whole.ts'

export { carriesOutput } from './encode.ts'

/** Google's Gemini: https://ai.google.dev/api/generate-content */
export const geminiWire: WireFormat = {
  wire: 'gemini',
  encode,
  adjustments,
  createReader: (context) => new GeminiReader(context),
  readWhole,
}
