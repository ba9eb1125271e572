import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { proofOf } from '../../src/server/instance-proof.ts'

export interface FakeDaemon {
  port: number
  url: string
  instance: string
  /** What its state file has to hold. */
  secret: string
  /** The paths of all requests, in order. */
  paths: string[]
  /** The bodies of the chat requests, in order. */
  requests: Array<Record<string, unknown>>
  authorization: Array<string | undefined>
  /** Resolves when a client left before its answer was complete. */
  disconnected: Promise<void>
  close(): Promise<void>
}

export interface FakeOptions {
  instance?: string
  pid?: number
  key?: string
  /** Proves itself by another secret than the one that it tells. */
  imposter?: boolean
  /** The model that it says has answered. */
  servedBy?: string
  /** Answers a chat request; by default it says hello in three tokens. */
  chat?(response: ServerResponse, body: Record<string, unknown>): void | Promise<void>
}

/** Starts fake daemons for the tests of a file, and ends those of each test after it. */
export function useFakeDaemons(): (options?: FakeOptions) => Promise<FakeDaemon> {
  const daemons: FakeDaemon[] = []
  afterEach(async () => {
    for (const daemon of daemons.splice(0)) await daemon.close()
  })
  return async (options) => {
    const daemon = await startFakeDaemon(options)
    daemons.push(daemon)
    return daemon
  }
}

/** Speaks as much of the daemon's HTTP as the commands use. */
async function startFakeDaemon({ instance = 'fake', pid = process.pid, key, imposter = false, servedBy, chat = hello }: FakeOptions = {}): Promise<FakeDaemon> {
  const secret = 'a-secret-of-at-least-thirty-two-letters'
  const paths: FakeDaemon['paths'] = []
  const requests: FakeDaemon['requests'] = []
  const authorization: FakeDaemon['authorization'] = []
  let onDisconnect = () => {}
  const disconnected = new Promise<void>((resolve) => (onDisconnect = resolve))

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost')
    paths.push(pathname)
    if (pathname === '/health/proof') {
      const { localAddress: address, localPort: port } = request.socket
      return sendJson(response, {
        proof: proofOf(imposter ? secret.toUpperCase() : secret, searchParams.get('challenge')!, { address: address!, port: port! }),
      })
    }
    if (request.url === '/health') return sendJson(response, { status: 'ok', pid, instance, version: '0.0.0' })
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      return sendJson(response, { error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' } }, 401)
    }
    if (pathname === '/v1/models') return sendJson(response, { object: 'list', data: MODELS })
    if (pathname.startsWith('/v1/models/')) return sendJson(response, MODELS.find(({ id }) => pathname.endsWith(`/${id}`)) ?? MODELS[0])
    if (request.url === '/status') return sendJson(response, status(instance, pid))
    response.on('close', () => {
      if (!response.writableEnded) onDisconnect()
    })
    const body = await readJson(request)
    requests.push(body)
    authorization.push(request.headers.authorization)
    if (servedBy !== undefined) response.setHeader('x-bridge-model', servedBy)
    return chat(response, body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    instance,
    secret,
    paths,
    requests,
    authorization,
    disconnected,
    close: async () => {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function sendJson(response: ServerResponse, body: unknown, statusCode = 200): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Sends frames of a stream; strings are sent as they are. */
export function sendFrames(response: ServerResponse, frames: unknown[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const frame of frames) response.write(`data: ${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n\n`)
}

/** What each streamed request asks for beside its own. */
export const STREAMED = { stream: true, stream_options: { include_usage: true } }

export const token = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
export const finish = (reason = 'stop') => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })

const MODELS = [{ id: 'a/one', pricing: { prompt: '0.000001', completion: '0.00001' } }, { id: 'b/two/three' }]

export const USAGE = { prompt_tokens: 1200, completion_tokens: 3, cost: 0.25 }

function hello(response: ServerResponse, body: Record<string, unknown>): void {
  if (!body.stream) return sendJson(response, { choices: [{ message: { role: 'assistant', content: 'Hello, whole.' }, finish_reason: 'stop' }], usage: USAGE })
  sendFrames(response, [{ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }, token('Hel'), token('lo 🌍'), token('.'), finish()])
  response.write(': still here\n\n')
  sendFrames(response, [{ choices: [], usage: USAGE }, '[DONE]'])
  response.end()
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>
}

function status(instance: string, pid: number): object {
  return {
    version: '0.0.0',
    pid,
    instance,
    uptime: 65_000,
    url: 'http://127.0.0.1:1',
    engine: {
      name: 'run',
      mode: 'plain',
      degraded: 'the plugin did not load',
      opencode: { path: '/opt/opencode', version: '1.0.0' },
      pool: {
        starting: 1,
        idle: 2,
        acquired: 1,
        stopping: 0,
        queued: 0,
        minIdle: 1,
        maxSize: 4,
        maxQueue: 8,
        counters: { created: 9 },
        draining: false,
        suspendedFor: 0,
      },
      processes: [{ pid: 4711, state: 'idle', requests: 0, age: 12_000, memory: 157_286_400 }],
    },
    requests: {
      inFlight: [{ id: 'req-1', model: 'a/one', age: 900, stream: true }],
      total: 5,
      failed: 1,
      cancelled: 2,
      lanes: { verbatim: 3, translated: 1, session: 1 },
    },
  }
}
