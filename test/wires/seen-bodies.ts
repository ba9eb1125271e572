import type { KnownWire } from '../../src/core/call.ts'

/** What a provider reads out of a body, whatever its format. */
export interface Seen {
  /** Who says what, in the order of the body: `system`, `user` or `model`. */
  said: [string, string][]
  calls: { id?: string; name: string; args: unknown }[]
  results: { id?: string; text: string }[]
  /** The base64 of every file. */
  files: string[]
  tools: { name: string; description?: string; schema: unknown }[]
  /** `auto`, `none`, `required`, or the name of a tool. */
  choice: string
  /** What the answer must be: `text`, `json`, or a schema. */
  format: unknown
}

type Json = Record<string, any>

export const seen: Record<KnownWire, (body: any) => Seen> = { chat: seeChat, responses: seeResponses, messages: seeMessages, gemini: seeGemini }

const data = (url: string) => url.split(';base64,')[1]!

function seeChat(body: Json): Seen {
  const parts = (content: unknown): Json[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : ((content ?? []) as Json[]))
  const messages = body.messages as Json[]
  return {
    said: messages.filter(({ role }) => role !== 'tool').flatMap(({ role, content }) => texts(role === 'assistant' ? 'model' : role, parts(content))),
    calls: messages.flatMap(({ tool_calls: calls }) =>
      (calls ?? []).map((call: Json) => ({ id: call.id, name: call.function.name, args: parse(call.function.arguments) })),
    ),
    results: messages.filter(({ role }) => role === 'tool').map(({ tool_call_id: id, content }) => ({ id, text: content })),
    files: messages
      .flatMap(({ content }) => parts(content))
      .flatMap((part) => (part.image_url ? data(part.image_url.url) : part.file ? data(part.file.file_data) : [])),
    tools: (body.tools ?? []).map(({ function: { name, description, parameters } }: Json) => ({ name, description, schema: parameters })),
    choice: body.tool_choice?.function?.name ?? body.tool_choice ?? 'auto',
    format: body.response_format?.json_schema?.schema ?? (body.response_format ? 'json' : 'text'),
  }
}

function seeResponses(body: Json): Seen {
  const input = body.input as Json[]
  const content = (items: Json[]) =>
    items.flatMap((item) => (Array.isArray(item.content) ? item.content : Array.isArray(item.output) ? item.output : []) as Json[])
  const words = (list: unknown): string =>
    typeof list === 'string'
      ? list
      : (list as Json[])
          .filter(({ text }) => text)
          .map(({ text }) => text)
          .join('\n')
  return {
    said: input
      .filter(({ role }) => role)
      .flatMap(({ role, content: list }) => texts(role === 'assistant' ? 'model' : role, typeof list === 'string' ? [{ text: list }] : list)),
    calls: input.filter(({ type }) => type === 'function_call').map((item) => ({ id: item.call_id, name: item.name, args: parse(item.arguments) })),
    results: input.filter(({ type }) => type === 'function_call_output').map((item) => ({ id: item.call_id, text: words(item.output) })),
    files: content(input).flatMap((part) => (part.image_url ? data(part.image_url) : part.file_data ? data(part.file_data) : [])),
    tools: (body.tools ?? []).map(({ name, description, parameters }: Json) => ({ name, description, schema: parameters })),
    choice: body.tool_choice?.name ?? body.tool_choice ?? 'auto',
    format: body.text?.format?.schema ?? (body.text?.format ? 'json' : 'text'),
  }
}

function seeMessages(body: Json): Seen {
  const messages = body.messages as Json[]
  const blocks = messages.flatMap(({ content }) => content as Json[])
  const results = blocks.filter(({ type }) => type === 'tool_result')
  const inner = (content: unknown): Json[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : ((content ?? []) as Json[]))
  const choices: Json = { any: 'required' }
  return {
    said: [...texts('system', body.system ?? []), ...messages.flatMap(({ role, content }) => texts(role === 'assistant' ? 'model' : role, content))],
    calls: blocks.filter(({ type }) => type === 'tool_use').map(({ id, name, input }) => ({ id, name, args: input })),
    results: results.map(({ tool_use_id: id, content }) => ({
      id,
      text: inner(content)
        .filter(({ text }) => text)
        .map(({ text }) => text)
        .join('\n'),
    })),
    files: [...blocks, ...results.flatMap(({ content }) => inner(content))].flatMap(({ source }) => (source ? source.data : [])),
    tools: (body.tools ?? []).map(({ name, description, input_schema: schema }: Json) => ({ name, description, schema })),
    choice: body.tool_choice?.name ?? choices[body.tool_choice?.type] ?? body.tool_choice?.type ?? 'auto',
    format: body.output_config?.format?.schema ?? 'text',
  }
}

function seeGemini(body: Json): Seen {
  const parts = (body.contents as Json[]).flatMap((content) => (content.parts as Json[]).map((part) => ({ ...part, role: content.role })))
  const results = parts.flatMap(({ functionResponse }: Json) => functionResponse ?? []) as Json[]
  const { mode, allowedFunctionNames: names } = (body.toolConfig?.functionCallingConfig ?? {}) as Json
  const modes: Json = { ANY: 'required', NONE: 'none', VALIDATED: 'auto' }
  const { responseMimeType: kind, responseJsonSchema: schema } = (body.generationConfig ?? {}) as Json
  return {
    said: [...texts('system', body.systemInstruction?.parts ?? []), ...parts.flatMap((part) => texts(part.role, [part]))],
    calls: parts.flatMap(({ functionCall }: Json) => functionCall ?? []).map(({ id, name, args }: Json) => ({ id, name, args })),
    results: results.map(({ id, response }) => ({ id, text: response.output ?? response.error })),
    files: [...parts, ...results.flatMap((result) => result.parts ?? [])].flatMap(({ inlineData }: Json) => inlineData?.data ?? []),
    tools: (body.tools ?? [])
      .flatMap(({ functionDeclarations }: Json) => functionDeclarations)
      .map(({ name, description, parametersJsonSchema }: Json) => ({ name, description, schema: parametersJsonSchema })),
    choice: names?.[0] ?? modes[mode] ?? 'auto',
    format: schema ?? (kind ? 'json' : 'text'),
  }
}

function texts(who: string, parts: Json[]): [string, string][] {
  return parts.flatMap(({ text }): [string, string][] => (typeof text === 'string' && text !== '' ? [[who, text]] : []))
}

function parse(text: string): unknown {
  return text === '' ? {} : JSON.parse(text)
}
