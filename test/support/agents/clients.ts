import { chatAgent } from './chat.ts'
import { geminiAgent } from './gemini.ts'
import type { Agent } from './loop.ts'
import { messagesAgent } from './messages.ts'
import { responsesAgent } from './responses.ts'

/** An agent of each client's format, by the format's name. */
export const clients: Record<string, () => Agent> = { 'Chat Completions': chatAgent, Responses: responsesAgent, Messages: messagesAgent, Gemini: geminiAgent }
