import { FetchError, ofetch } from 'ofetch'
import type { UsageReport } from '../../records/ledger/usage-report.ts'
import type { DaemonStatus } from '../../server/status.ts'
import { readEvents } from '../chat/answer-stream.ts'
import { CliError, notRunningError } from '../command-line/failure.ts'

export interface ModelList {
  object: string
  data: ListedModel[]
}

export interface ListedModel {
  id: string
  /** Tokens; 0 when nobody says. */
  context_length: number
  max_output_tokens: number
  architecture: { input_modalities: string[] }
  tool_call_format: 'native' | 'json'
  reasoning: boolean
}

export interface ChatRequest {
  model?: string
  messages: ChatMessage[]
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string | ChatPart[]
}

export type ChatPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string } }
  | { type: 'file'; file: { filename: string; file_data: string } }

export interface ChatCompletion {
  choices: Array<{ message: { content: string | null }; finish_reason: string }>
}

export interface LedgerPage {
  data: Record<string, string | number | boolean | null>[]
}

export interface Client {
  status(): Promise<DaemonStatus>
  /** Of `GET /v1/usage`. */
  usage(query: Record<string, string>): Promise<UsageReport>
  /** Of `GET /v1/usage/requests`. */
  ledger(query: Record<string, string>): Promise<LedgerPage>
  /** The pieces of `GET /v1/usage/export`. */
  exportLedger(query: Record<string, string>, signal: AbortSignal): AsyncIterable<string>
  models(signal: AbortSignal): Promise<ModelList>
  /** One of them, an alias or `default`. */
  model(name: string): Promise<ListedModel>
  chat(request: ChatRequest, signal: AbortSignal): Promise<ChatCompletion>
  /** The answer in pieces; the value returned at the end is the reason for which it ended. */
  streamChat(request: ChatRequest, signal: AbortSignal): AsyncGenerator<string, string>
}

/** A client of the daemon at `url`, over HTTP like every other. */
export function createClient(url: string, key: string | undefined): Client {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }

  const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
    ofetch<T>(url + path, { headers, retry: 0, redirect: 'error', ...(signal && { signal }) }).catch((error: unknown) => {
      if (!(error instanceof FetchError)) throw error
      if (error.status === undefined) throw notRunningError(` at ${url}`)
      throw refusal(error.status, error.data)
    })

  const post = async (body: object, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A prompt goes to the daemon, and nowhere that an answer may name.
      redirect: 'error',
      signal,
    }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw connectionLost(url, error)
    })
    if (!response.ok) throw refusal(response.status, await response.json().catch(() => undefined))
    return response
  }

  return {
    status: () => get('/status'),
    usage: (query) => get(`/v1/usage?${new URLSearchParams(query)}`),
    ledger: (query) => get(`/v1/usage/requests?${new URLSearchParams(query)}`),
    async *exportLedger(query, signal) {
      const path = `/v1/usage/export?${new URLSearchParams(query)}`
      const response = await fetch(url + path, { headers, redirect: 'error', signal }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw connectionLost(url, error)
      })
      if (!response.ok) throw refusal(response.status, await response.json().catch(() => undefined))
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) yield piece
    },
    models: (signal) => get('/v1/models', signal),
    model: (name) => get(`/v1/models/${name.split('/').map(encodeURIComponent).join('/')}`),
    chat: async (request, signal) => (await post(request, signal)).json() as Promise<ChatCompletion>,
    async *streamChat(request, signal) {
      const response = await post({ ...request, stream: true }, signal)
      return yield* readEvents(response.body!)
    },
  }
}

function refusal(status: number, body: unknown): CliError {
  const message = (body as { error?: { message?: unknown } } | undefined)?.error?.message
  return new CliError(typeof message === 'string' ? message : `the daemon answered with status ${status}`, {
    hint: status === 401 ? 'set OPENCODE_BRIDGE_API_KEY to a key of the daemon' : undefined,
  })
}

function connectionLost(url: string, error: unknown): CliError {
  const { cause } = error as { cause?: { message?: string } }
  return new CliError(`the connection to ${url} failed${cause?.message ? `: ${cause.message}` : ''}`)
}
