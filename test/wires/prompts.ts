import type { CallForm, KnownWire } from '../../src/core/call.ts'
import type { Model } from '../../src/core/model.ts'
import type { AssistantMessage, AssistantPart, CallPart, ContentPart, Prompt, Reasoning, Token, Tool, ToolMessage, UserMessage } from '../../src/core/prompt.ts'
import type { Target } from '../../src/wires/wire.ts'

/** Pieces of canonical requests, and what they are written for. */

export const text = (content: string) => ({ type: 'text' as const, text: content })

export const system = (content: string) => ({ role: 'system' as const, content })

export const user = (...content: (string | ContentPart)[]): UserMessage => ({
  role: 'user',
  content: content.map((part) => (typeof part === 'string' ? text(part) : part)),
})

export const assistant = (...parts: (string | AssistantPart)[]): AssistantMessage => ({
  role: 'assistant',
  parts: parts.map((part) => (typeof part === 'string' ? text(part) : part)),
})

export const call = (id: string, name = 'look', args = '{"at":1}', token?: Token): CallPart => ({
  type: 'tool-call',
  id,
  name,
  arguments: args,
  ...(token && { token }),
})

export const result = (toolCallId: string, ...content: (string | ContentPart)[]): ToolMessage => ({
  role: 'tool',
  toolCallId,
  content: user(...content).content,
})

export const thought = (words: string, token?: Token): Reasoning => ({ type: 'reasoning', text: words, ...(token && { token }) })

export const file = (mediaType: string, data = 'AAAA', filename?: string): ContentPart => ({
  type: 'file',
  param: 'messages[0].content[0]',
  mediaType,
  data,
  ...(filename !== undefined && { filename }),
})

export const tool = (name: string, others: Partial<Tool> = {}): Tool => ({ name, ...others })

export const prompt = (others: Partial<Prompt> = {}): Prompt => ({
  model: 'p/m',
  messages: [user('Hi')],
  tools: [],
  toolChoice: { type: 'auto' },
  output: { type: 'text' },
  parameters: {},
  ...others,
})

export interface TargetOptions {
  wire: KnownWire
  apiModel?: string
  model?: Partial<Model>
  form?: Partial<CallForm>
  stream?: boolean
}

/** A call to `p/m`, which the provider calls `apiModel`. */
export const target = ({ wire, apiModel = 'm', model = {}, form = {}, stream = false }: TargetOptions): Target => ({
  model: {
    id: 'p/m',
    provider: 'p',
    name: 'M',
    contextLength: 200_000,
    maxOutputTokens: 64_000,
    toolCall: true,
    reasoning: true,
    input: { image: true, pdf: true, audio: true },
    wire,
    efforts: [],
    releaseDate: '',
    ...model,
  },
  form: { wire, apiModel, url: 'https://provider.test/v1', npm: '', defaults: {}, configured: {}, loginHeaders: [], preamble: [], ...form },
  stream,
})
