import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Reply } from '../wire.ts'
import type { Certificate } from './certificate.ts'
import { pathOnServer, VENDOR_HOSTS } from './hosts.ts'

/** A request with its whole body. */
export interface Incoming {
  method: string
  /** On this server, with the query. */
  url: string
  /** The vendor's host that was asked for, where the request came through the proxy. */
  host: string | undefined
  headers: IncomingMessage['headers']
  text: string
  /** Aborted when the caller hangs up before the answer's end. */
  signal: AbortSignal
}

export interface ListeningServer {
  url: string
  /** Hosts that somebody wanted to reach through the proxy though no vendor lives there; whoever answers may add paths. */
  strangers: string[]
  close(): Promise<void>
}

/**
 * One server on loopback: plain HTTP, and a proxy for HTTPS that ends the TLS of the vendors' hosts here. So a program
 * that knows its vendors' addresses by heart is led here by its environment alone, and everything else is refused.
 */
export async function listen(certificate: Certificate, answer: (incoming: Incoming) => Promise<Reply>): Promise<ListeningServer> {
  const strangers: string[] = []
  const sockets = new Set<Duplex>()
  const server = createServer(listener(answer))
  const tls = createTlsServer(certificate, (request, response) => listener(answer, hostOf(request))(request, response))
  server.on('connection', (socket: Socket) => track(sockets, socket))
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const host = String(request.url).split(':')[0]!
    socket.on('error', () => socket.destroy())
    if (!VENDOR_HOSTS.includes(host)) {
      strangers.push(host)
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    tls.emit('connection', socket)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strangers,
    close: () => close(server, sockets),
  }
}

function track(sockets: Set<Duplex>, socket: Duplex): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

async function close(server: Server, sockets: Set<Duplex>): Promise<void> {
  // Tunnels are no connections of the server's any more.
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
}

function hostOf({ headers }: IncomingMessage): string {
  return String(headers.host).split(':')[0]!
}

function listener(answer: (incoming: Incoming) => Promise<Reply>, host?: string): RequestListener {
  return (request, response) => void serve(request, response, answer, host).catch(() => response.destroy())
}

async function serve(request: IncomingMessage, response: ServerResponse, answer: (incoming: Incoming) => Promise<Reply>, host?: string): Promise<void> {
  const aborted = new AbortController()
  response.once('close', () => response.writableFinished || aborted.abort())
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const path = request.url ?? '/'
  const url = host === undefined ? path : (pathOnServer(host, path) ?? `/unknown${path}`)
  const reply = await answer({
    method: request.method ?? 'GET',
    url,
    host,
    headers: request.headers,
    text: Buffer.concat(chunks).toString('utf8'),
    signal: aborted.signal,
  })
  await write(response, reply, aborted.signal)
}

async function write(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  if ('json' in reply) {
    const [type, body] = typeof reply.json === 'string' ? ['text/plain; charset=utf-8', reply.json] : ['application/json', JSON.stringify(reply.json)]
    response.writeHead(reply.status, { 'content-type': type, ...reply.headers }).end(body)
    return
  }
  response.writeHead(reply.status, reply.headers)
  for (const frame of reply.frames) {
    if (signal.aborted) return
    response.write(frame)
    // Each is a chunk of its own, as a vendor's are.
    await new Promise(setImmediate)
  }
  if (!reply.cut) {
    response.end()
    return
  }
  // What a busy reader has not read when the connection breaks is lost to it.
  await sleep(500)
  response.destroy()
}
