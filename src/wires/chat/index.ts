import { isObject } from '../../core/json-value.ts'
import { readOpenAIUsage } from '../shared/openai-usage.ts'
import type { WireFormat } from '../wire.ts'
import { adjustments } from './adjustments.ts'
import { dialectOf, takesNames } from './dialect.ts'
import { encode } from './encode.ts'
import { mendHistory } from './mend-history.ts'
import { ChatReader } from './read-stream.ts'
import { readWhole } from './read-whole.ts'

/** OpenAI's Chat Completions, as its many servers speak it: https://platform.openai.com/docs/api-reference/chat */
export const chatWire: WireFormat = {
  wire: 'chat',
  encode,
  mendHistory,
  adjustments,
  carriesOutput: () => true,
  carriesNames: (form) => takesNames(dialectOf(form)),
  createReader: (context) => new ChatReader(context),
  readWhole,
  usageOf: (answer) => (isObject(answer) ? readOpenAIUsage(answer.usage) : undefined),
}
