import { FetchError, ofetch } from 'ofetch'
import type { PlanReport } from '../../server/plan-routes.ts'
import type { UsageReport } from '../../records/ledger/usage-report.ts'
import type { DaemonStatus } from '../../server/status.ts'
import { CliError, notRunningError } from '../command-line/failure.ts'
import { readEvents } from './answer-stream.ts'
import type { AnswerEnd, AnswerHead, Asking, ChatCompletion, ChatRequest } from './chat-api.ts'
import { refusal } from './refusal.ts'

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
  /** USD per token; absent when nobody says. */
  pricing?: { prompt: string; completion: string }
}

export interface LedgerPage {
  data: Record<string, string | number | boolean | null>[]
}

export interface Client {
  status(): Promise<DaemonStatus>
  /** Of `GET /v1/usage`. */
  usage(query: Record<string, string>): Promise<UsageReport>
  /** Of `GET /v1/usage/plans`. */
  plans(): Promise<{ data: PlanReport[] }>
  /** Of `GET /v1/usage/requests`. */
  ledger(query: Record<string, string>): Promise<LedgerPage>
  /** The pieces of `GET /v1/usage/export`. */
  exportLedger(query: Record<string, string>, signal: AbortSignal): AsyncIterable<string>
  models(signal: AbortSignal): Promise<ModelList>
  /** The one that a name stands for. */
  model(name: string, signal: AbortSignal): Promise<ListedModel>
  chat(request: ChatRequest, asking: Asking): Promise<ChatCompletion>
  /** The answer in pieces; the value returned at the end says how it ended. */
  streamChat(request: ChatRequest, asking: Asking): AsyncGenerator<string, AnswerEnd>
}

export interface ClientOptions {
  /** The providers that the configuration has blocks for, whose credentials are no logins of opencode's. */
  ownProviders?: readonly string[]
}

/** A client of the daemon at `url`, over HTTP like every other. */
export function createClient(url: string, key: string | undefined, { ownProviders = [] }: ClientOptions = {}): Client {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` }

  const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
    ofetch<T>(url + path, { headers, retry: 0, redirect: 'error', ...(signal && { signal }) }).catch((error: unknown) => {
      if (!(error instanceof FetchError)) throw error
      if (error.status === undefined) throw notRunningError(` at ${url}`)
      throw refusal(error.status, error.data, { ownProviders })
    })

  const post = async (body: object, { signal, onHead, onNews }: Asking): Promise<{ response: Response; head: AnswerHead }> => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', ...(onNews && { 'x-bridge-progress': '1' }) },
      body: JSON.stringify(body),
      // A prompt goes to the daemon, and nowhere that an answer may name.
      redirect: 'error',
      signal,
    }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw connectionLost(url, error)
    })
    const head = headOf(response.headers)
    if (!response.ok) throw refusal(response.status, await response.json().catch(() => undefined), { model: head.model, ownProviders })
    try {
      onHead?.(head)
    } catch (error) {
      await response.body?.cancel()
      throw error
    }
    return { response, head }
  }

  return {
    status: () => get('/status'),
    usage: (query) => get(`/v1/usage?${new URLSearchParams(query)}`),
    plans: () => get('/v1/usage/plans'),
    ledger: (query) => get(`/v1/usage/requests?${new URLSearchParams(query)}`),
    async *exportLedger(query, signal) {
      const path = `/v1/usage/export?${new URLSearchParams(query)}`
      const response = await fetch(url + path, { headers, redirect: 'error', signal }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw connectionLost(url, error)
      })
      if (!response.ok) throw refusal(response.status, await response.json().catch(() => undefined), { ownProviders })
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) yield piece
    },
    models: (signal) => get('/v1/models', signal),
    model: (name, signal) => get(`/v1/models/${name.split('/').map(encodeURIComponent).join('/')}`, signal),
    chat: async (request, asking) => (await post(request, asking)).response.json() as Promise<ChatCompletion>,
    async *streamChat(request, asking) {
      const { response, head } = await post({ ...request, stream: true, stream_options: { include_usage: true } }, asking)
      const toError = (body: unknown, status: number | undefined) => refusal(status, body, { model: head.model, ownProviders })
      return yield* readEvents(response.body!, { toError, ...(asking.onNews && { onNews: asking.onNews }) })
    },
  }
}

function headOf(headers: Headers): AnswerHead {
  const ignored = headers.get('x-bridge-ignored')
  return { model: headers.get('x-bridge-model') ?? undefined, ignored: ignored === null ? [] : ignored.split(', ') }
}

function connectionLost(url: string, error: unknown): CliError {
  const { cause } = error as { cause?: { message?: string } }
  return new CliError(`the connection to ${url} failed${cause?.message ? `: ${cause.message}` : ''}`)
}
