/** One message of a conversation, as the page shows it. */
export interface Turn {
  role: 'user' | 'assistant'
  text: string
  /** Data URLs. */
  images: readonly string[]
  reasoning: string
  calls: readonly ToolCall[]
  /** Of an answer. */
  facts: AnswerFacts
  error: string
}

export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export interface AnswerFacts {
  /** Milliseconds. */
  firstToken?: number
  duration?: number
  inputTokens?: number
  outputTokens?: number
  cost?: string
  lane?: string
  engine?: string
  model?: string
  ignored?: string
}

export function userTurn(text: string, images: readonly string[]): Turn {
  return { role: 'user', text, images, reasoning: '', calls: [], facts: {}, error: '' }
}

export function answerTurn(): Turn {
  return { role: 'assistant', text: '', images: [], reasoning: '', calls: [], facts: {}, error: '' }
}

export interface ChatSettings {
  model: string
  system: string
  temperature: string
  maxTokens: string
  /** JSON, empty for none. */
  tools: string
}

/** The body of `POST /v1/chat/completions`. @throws SyntaxError for tools that are no JSON */
export function bodyOf({ model, system, temperature, maxTokens, tools }: ChatSettings, turns: readonly Turn[]): Record<string, unknown> {
  return {
    model,
    messages: [...(system.trim() === '' ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(toMessages)],
    ...(temperature !== '' && { temperature: Number(temperature) }),
    ...(maxTokens !== '' && { max_tokens: Number(maxTokens) }),
    ...(tools.trim() !== '' && { tools: JSON.parse(tools) as unknown }),
    stream: true,
    stream_options: { include_usage: true },
  }
}

/** A call that nobody carries out is answered so that the conversation can go on. */
function toMessages({ role, text, images, calls }: Turn): object[] {
  if (role === 'user') {
    const content = images.length === 0 ? text : [{ type: 'text', text }, ...images.map((url) => ({ type: 'image_url', image_url: { url } }))]
    return [{ role, content }]
  }
  if (text === '' && calls.length === 0) return []
  if (calls.length === 0) return [{ role, content: text }]
  return [
    { role, content: text, tool_calls: calls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: given } })) },
    ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'The tool was not run.' })),
  ]
}
