import type { CallForm } from '../../core/call.ts'
import { isCopilot, isHost, isOpenAI } from '../shared/providers.ts'

/** What providers of Chat Completions have of their own. */
export interface Dialect {
  /** The field of an assistant's message that takes visible reasoning back; undefined where it is refused or unread. */
  reasoning?: 'reasoning_content' | 'reasoning'
  /** Fields of raw reasoning tokens that are taken back. */
  tokens: readonly ('details' | 'opaque')[]
  /** Models, by their provider's name, that refuse calls without their token in the turn that goes on, for which there is no other word. */
  demandsToken?: RegExp
  /** Whether the wish for reasoning is an object with numbers. */
  reasoningObject?: boolean
  /** The field that tells Anthropic, behind such a provider, to keep what it has read. */
  cacheField?: 'cache_control' | 'copilot_cache_control'
  /** Whether that field of a text stands beside the text, and not beside its message. */
  marksParts?: boolean
  /** Whether fields of messages that the vendor does not know are refused. */
  closed?: boolean
  /** Whether ids of other lengths are refused, names of who speaks, and a user's words right after a tool's. */
  mistral?: boolean
  /** Characters of the longest id that is taken. */
  longestId: number
}

const ANY_LENGTH = Number.POSITIVE_INFINITY

const OPENAI: Dialect = { tokens: [], closed: true, longestId: 40 }
const COPILOT: Dialect = { tokens: ['opaque'], demandsToken: /gemini-([3-9]|\d\d)/i, cacheField: 'copilot_cache_control', longestId: 40 }
/** Its own SDK sends no text without its details: the vendor behind it may refuse a thought that nobody signed. */
const OPENROUTER: Dialect = { tokens: ['details'], reasoningObject: true, cacheField: 'cache_control', marksParts: true, longestId: ANY_LENGTH }
const MISTRAL: Dialect = { tokens: [], closed: true, mistral: true, longestId: ANY_LENGTH }
const STRICT: Dialect = { tokens: [], longestId: ANY_LENGTH }
const GPT_OSS: Dialect = { reasoning: 'reasoning', tokens: [], closed: true, longestId: ANY_LENGTH }
/** It refuses what it does not know, and has a field of its own for signatures. */
const GOOGLE: Dialect = { tokens: [], closed: true, longestId: ANY_LENGTH }
/** As servers of open models do it; they take what they do not know. */
const COMPATIBLE: Dialect = { reasoning: 'reasoning_content', tokens: ['details', 'opaque'], cacheField: 'cache_control', longestId: ANY_LENGTH }

/** By opencode's package for a provider; all others, known or not, are servers of OpenAI's format. */
const PACKAGES: Record<string, Dialect> = {
  '@openrouter/ai-sdk-provider': OPENROUTER,
  '@ai-sdk/mistral': MISTRAL,
  // Both refuse `reasoning_content`; these are the fields of their own SDKs.
  '@ai-sdk/groq': GPT_OSS,
  '@ai-sdk/cerebras': GPT_OSS,
  '@ai-sdk/xai': STRICT,
  '@ai-sdk/cohere': STRICT,
  '@ai-sdk/perplexity': STRICT,
}

/** Whether messages may say who speaks. */
export function takesNames({ mistral }: Dialect): boolean {
  return !mistral
}

export function dialectOf(form: CallForm): Dialect {
  if (isCopilot(form)) return COPILOT
  if (isOpenAI(form)) return OPENAI
  if (isHost(form.url, 'openrouter.ai')) return OPENROUTER
  if (isHost(form.url, 'api.mistral.ai')) return MISTRAL
  if (isHost(form.url, 'api.groq.com', 'api.cerebras.ai')) return GPT_OSS
  if (isHost(form.url, 'googleapis.com')) return GOOGLE
  return PACKAGES[form.npm] ?? COMPATIBLE
}
