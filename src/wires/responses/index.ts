import { isObject } from '../../core/json-value.ts'
import { readOpenAIUsage } from '../shared/openai-usage.ts'
import type { WireFormat } from '../wire.ts'
import { adjustments } from './adjustments.ts'
import { encode } from './encode.ts'
import { mendHistory } from './mend-history.ts'
import { ResponsesReader } from './read-stream.ts'
import { readWhole } from './read-whole.ts'

/** OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses */
export const responsesWire: WireFormat = {
  wire: 'responses',
  encode,
  mendHistory,
  adjustments,
  carriesOutput: () => true,
  createReader: (context) => new ResponsesReader(context),
  readWhole,
  usageOf: (answer) => (isObject(answer) ? readOpenAIUsage(answer.usage) : undefined),
}
