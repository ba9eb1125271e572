import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Demands, refusalOf } from './gate-keeper.ts'

/** A call that reached the model server. */
export interface ModelCall {
  path: string
  headers: IncomingMessage['headers']
  /** The body as sent, and as JSON. */
  text: string
  body: any
  response: ServerResponse
  /** Aborted when the caller hangs up before the answer's end. */
  signal: AbortSignal
}

export interface ModelServer {
  /** The base URL for an OpenAI-compatible client, with `/v1`. */
  url: string
  /** Takes no new calls; those that are being answered end by themselves. */
  retire(): void
  /** Cuts what is left. */
  close(): Promise<void>
}

/**
 * A small OpenAI-compatible server on loopback; `answer` writes the answers.
 * @param demands without any, every program of this machine may call
 * @param port a free one by default
 */
export async function startModelServer(answer: (call: ModelCall) => void | Promise<void>, demands?: Demands, port = 0): Promise<ModelServer> {
  let running = 0
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    retire: () => void server.close(),
    close: async () => {
      server.closeAllConnections()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = demands && refusalOf(request, running, demands)
    if (refusal !== undefined) return refuse(response, refusal)
    const aborted = new AbortController()
    response.once('close', () => aborted.abort())
    running++
    try {
      const text = await readText(request, demands?.maxBytes ?? Infinity)
      await answer({ path: request.url ?? '/', headers: request.headers, text, body: text ? JSON.parse(text) : undefined, response, signal: aborted.signal })
    } catch {
      refuse(response, 400)
    } finally {
      running--
    }
  }
}

/** The rest of a body that nobody wants is not read. */
function refuse(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status, { connection: 'close' })
  response.end()
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new RangeError('the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export interface ChunkFields {
  delta?: Record<string, unknown>
  finishReason?: string | null
  usage?: Record<string, unknown>
}

/** One `data:` frame of a streamed chat completion. */
export function chunkFrame(model: string, { delta = {}, finishReason = null, usage }: ChunkFields): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-demo',
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...(usage ? { usage } : {}),
  })}\n\n`
}
