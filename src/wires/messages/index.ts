import { isObject } from '../../core/json-value.ts'
import type { WireFormat } from '../wire.ts'
import { adjustments } from './adjustments.ts'
import { encode } from './encode.ts'
import { mendHistory } from './mend-history.ts'
import { carriesOutput } from './output-schema.ts'
import { MessagesReader } from './read-stream.ts'
import { readWhole } from './read-whole.ts'
import { toUsage } from './usage.ts'

export { thinkingLeftOut } from './thinking.ts'

/** Anthropic's Messages: https://platform.claude.com/docs/en/api/messages */
export const messagesWire: WireFormat = {
  wire: 'messages',
  encode,
  mendHistory,
  adjustments,
  carriesOutput,
  createReader: (context) => new MessagesReader(context),
  readWhole,
  usageOf: (answer) => (isObject(answer) && isObject(answer.usage) ? toUsage(answer.usage) : undefined),
}
