import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ModelCall } from '../../src/demo/model-server.ts'
import { sayGemini, sayMessages, sayResponses, type WireAnswer } from './provider-wires.ts'
import { say, type Script, stream, USAGE } from './upstream.ts'

/** A call that reached one of the servers, and how it was answered. */
export interface BlockCall {
  server: string
  method: string
  /** With its query. */
  path: string
  headers: IncomingMessage['headers']
  body: any
  status: number
}

/** What a server is like: which call it takes, and what it can do. */
export interface ServerTraits {
  /** The only path, with its query, that answers prompts by a stream, and by one answer where that is another. */
  path: string
  wholePath?: string
  /** The lists that it has, by path. */
  lists?: Record<string, unknown>
  /** Headers without which it answers 401. */
  auth: Record<string, string>
  wire: 'chat' | 'responses' | 'messages' | 'gemini'
  /** What it does about tools: calls them, refuses them, or passes over them. */
  tools: 'native' | 'refused' | 'ignored'
  streams?: boolean
  /** What it answers to a prompt that says one of these words. */
  errors?: Record<string, { status: number; body: unknown }>
  /** What its model says to a body, where that is not by rote. */
  answer?(body: any): WireAnswer
  /** What a provider of this kind refuses in a body, in words. */
  refuses?(body: any): string | undefined
}

export interface BlockServers {
  root: string
  calls: BlockCall[]
  close(): Promise<void>
}

const CALL = { id: 'call_1', name: 'get_weather', arguments: ['{"city":', '"Paris"}'] }
const JSON_CALL = '<tool_call>\n{"tool": "get_weather", "args": {"city": "Paris"}}\n</tool_call>'

/** Loopback servers, each below a path of its own, as strict as the real ones: any other path is 404, any other key 401. */
export async function startBlockServers(servers: Record<string, ServerTraits>): Promise<BlockServers> {
  const calls: BlockCall[] = []
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await text(request)
    const [, name = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(request.url ?? '') ?? []
    const traits = servers[name]
    const record: BlockCall = {
      server: name,
      method: request.method!,
      path: rest,
      headers: request.headers,
      body: sent === '' ? undefined : JSON.parse(sent),
      status: 200,
    }
    calls.push(record)
    const refuse = (status: number, message: string) => {
      record.status = status
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message, type: 'invalid_request_error' } }))
    }
    if (traits === undefined) return refuse(404, 'no such server')
    if (Object.entries(traits.auth).some(([header, value]) => request.headers[header] !== value)) return refuse(401, 'wrong key')
    const list = traits.lists?.[rest]
    if (list !== undefined) return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list))
    const isWhole = traits.wire === 'gemini' ? rest === traits.wholePath : !record.body?.stream
    if (request.method !== 'POST' || (rest !== traits.path && rest !== traits.wholePath)) return refuse(404, `no ${request.method} ${rest}`)
    const error = Object.entries(traits.errors ?? {}).find(([word]) => sent.includes(word))?.[1]
    if (error) {
      record.status = error.status
      const text = typeof error.body === 'string' ? error.body : JSON.stringify(error.body)
      return void response.writeHead(error.status, { 'x-ratelimit-remaining-requests': '3' }).end(text)
    }
    const refusal = refusalOf(traits, record.body)
    if (refusal !== undefined) return refuse(400, refusal)
    const call: ModelCall = { path: rest, headers: request.headers, text: sent, body: record.body, response, signal: new AbortController().signal }
    await answer(traits, call, isWhole)
  }
}

function refusalOf({ tools, streams = true, refuses }: ServerTraits, body: any): string | undefined {
  if (tools === 'refused' && body.tools) return '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
  if (!streams && body.stream) return 'this server does not stream'
  return refuses?.(body)
}

async function answer({ wire, tools, answer: own }: ServerTraits, call: ModelCall, isWhole: boolean): Promise<void> {
  const { body, response } = call
  const hasTools = (body.tools?.length ?? 0) > 0
  const wanted: WireAnswer =
    own?.(body) ??
    (hasTools && tools === 'native' ? { call: CALL } : { text: JSON.stringify(body).includes('get_weather') && !hasTools ? JSON_CALL : 'Hello there' })
  if (isWhole) return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(WHOLE[wire](wanted, body)))
  const script: Record<ServerTraits['wire'], (answer: WireAnswer) => Script> = {
    chat: sayChat,
    responses: sayResponses,
    messages: sayMessages,
    gemini: sayGemini,
  }
  await script[wire](wanted)(call, 1)
}

const WHOLE: Record<ServerTraits['wire'], (answer: WireAnswer, body: any) => object> = {
  chat: ({ text: content = null as string | null, call }, { model, tools }) => {
    const tool_calls = call && [{ id: call.id, type: 'function', function: { name: tools[0].function.name, arguments: call.arguments.join('') } }]
    const choices = [{ index: 0, message: { role: 'assistant', content, ...(tool_calls && { tool_calls }) }, finish_reason: call ? 'tool_calls' : 'stop' }]
    return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, choices, usage: USAGE }
  },
  messages: ({ text: content = '', call }, { model }) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [call ? { type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments.join('')) } : { type: 'text', text: content }],
    stop_reason: call ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 7, output_tokens: 10 },
  }),
  responses: ({ text: content = '', call }, { model }) => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    model,
    status: 'completed',
    output: [
      call
        ? { id: 'fc_1', type: 'function_call', call_id: call.id, name: call.name, arguments: call.arguments.join(''), status: 'completed' }
        : { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: content, annotations: [] }] },
    ],
    usage: { input_tokens: 11, output_tokens: 10, total_tokens: 21 },
  }),
  gemini: ({ text: content, call }) => ({
    candidates: [
      {
        content: { role: 'model', parts: [call ? { functionCall: { name: call.name, args: JSON.parse(call.arguments.join('')) } } : { text: content }] },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 10, totalTokenCount: 21 },
  }),
}

function sayChat({ text: content, call }: WireAnswer): Script {
  if (!call) return say(content ?? '')
  const start = { tool_calls: [{ index: 0, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] }
  const rest = call.arguments.map((args) => ({ tool_calls: [{ index: 0, function: { arguments: args } }] }))
  return stream([start, ...rest], { finishReason: 'tool_calls' })
}
