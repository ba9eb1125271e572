import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

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
  close(): Promise<void>
}

/** A small OpenAI-compatible server on loopback; `answer` writes the answers. Port 0 picks a free one. */
export async function startModelServer(answer: (call: ModelCall) => void | Promise<void>, port = 0): Promise<ModelServer> {
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const aborted = new AbortController()
    response.once('close', () => aborted.abort())
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString('utf8')
      await answer({ path: request.url ?? '/', headers: request.headers, text, body: text ? JSON.parse(text) : undefined, response, signal: aborted.signal })
    } catch {
      if (!response.headersSent) response.writeHead(400)
      response.end()
    }
  }
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
