import type { WireFormat } from '../wire.ts'
import { encode } from './encode.ts'
import { MessagesReader } from './read-stream.ts'
import { readWhole } from './read-whole.ts'

export { adjustments } from './adjustments.ts'
export { carriesOutput } from './output-schema.ts'
export { thinkingLeftOut } from './thinking.ts'

/** Anthropic's Messages: https://platform.claude.com/docs/en/api/messages */
export const messagesWire: WireFormat = {
  wire: 'messages',
  encode,
  createReader: (context) => new MessagesReader(context),
  readWhole,
}
