import type { KnownWire } from '../core/call.ts'
import { chatWire } from './chat/index.ts'
import { geminiWire } from './gemini/index.ts'
import { messagesWire } from './messages/index.ts'
import { responsesWire } from './responses/index.ts'
import type { WireFormat } from './wire.ts'

/** The formats of providers that the bridge writes and reads. */
export const wireFormats: Record<KnownWire, WireFormat> = {
  chat: chatWire,
  responses: responsesWire,
  messages: messagesWire,
  gemini: geminiWire,
}
