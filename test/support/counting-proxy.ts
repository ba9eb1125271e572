import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { chunkFrame } from '../../src/demo/model-server.ts'

/** A company's proxy: it reaches what is outside, answers there for a model's provider, and can reach nothing of this machine. */
export interface CountingProxy {
  url: string
  /** The addresses that were asked for, in order; `host:port` of a tunnel. */
  asked: string[]
  /** Those among them that are this machine's own. */
  loopback(): string[]
  close(): Promise<void>
}

export async function startCountingProxy(): Promise<CountingProxy> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    request.resume()
    if (!request.url!.endsWith('/chat/completions') || isLoopback(request.url!)) {
      response.writeHead(502).end('no route')
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(
      `${chunkFrame('model', { delta: { role: 'assistant', content: 'from outside' } })}${chunkFrame('model', { finishReason: 'stop' })}data: [DONE]\n\n`,
    )
  })
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url!)
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    loopback: () => asked.filter(isLoopback),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

function isLoopback(address: string): boolean {
  return /^(?:http:\/\/)?(?:127\.|localhost|\[::1\])/.test(address)
}
