import { once } from 'node:events'
import { connect, createServer, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { configSchema } from '../../src/config/schema.ts'
import { type Listening, listen, type ListenOptions } from '../../src/server/listen.ts'
import { testApp } from './test-app.ts'

const OPTIONS = { port: 0, maxBodyBytes: 100_000, maxConnections: 100, uploadTimeout: 60_000, clientTimeout: 60_000 }

const closers: (() => unknown)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const close of closers.splice(0)) await close()
})

async function start(options: Partial<ListenOptions> & { host: string }, onRefused: (open: number) => void = () => {}): Promise<Listening> {
  const listening = await listen(testApp().app, { ...OPTIONS, ...options }, onRefused)
  closers.push(() => {
    listening.closeConnections()
    return listening.close()
  })
  return listening
}

/** Another program on an address, at a port of its own or a given one. */
async function occupy(host: string): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen({ host, port: 0 })
  await once(server, 'listening')
  closers.push(() => server.close())
  return (server.address() as { port: number }).port
}

const answers = (host: string, port: string) =>
  fetch(`http://${host}:${port}/health`).then(
    ({ status }) => status === 200,
    () => false,
  )

/** Makes the system refuse addresses of IPv6, as often as there are codes. */
function refuseIPv6(...codes: string[]): void {
  const original = Server.prototype.listen
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: Parameters<Server['listen']>) {
    const code = (args[0] as { host?: string } | undefined)?.host === '::1' ? codes.shift() : undefined
    if (code === undefined) return original.apply(this, args)
    setImmediate(() => this.emit('error', Object.assign(new Error(code), { code })))
    return this
  })
}

const hasIPv6 = await occupy('::1').then(
  () => true,
  () => false,
)

describe.skipIf(!hasIPv6)('on a machine with both families', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', true, true],
    ['localhost', 'localhost', true, true],
    ['::1', '[::1]', false, true],
    ['[::1]', '[::1]', false, true],
    ['::', '[::1]', true, true],
    ['0.0.0.0', '127.0.0.1', true, false],
  ])('%s tells %s', async (configured, told, four, six) => {
    const { host } = configSchema.parse({ host: configured })
    const { hostname, port } = new URL((await start({ host })).url)
    expect(hostname).toBe(told)
    expect([await answers('127.0.0.1', port), await answers('[::1]', port)]).toEqual([four, six])
  })

  test.each([
    ['127.0.0.1', '::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '::1'],
    ['localhost', '127.0.0.1'],
    ['::1', '::1'],
  ])('a port of %s that another program has on %s is in use', async (host, taken) => {
    const port = await occupy(taken)
    await expect(start({ host, port })).rejects.toMatchObject({
      code: 'port_in_use',
      message: `Cannot listen on ${taken} port ${port}: it is in use by the process with pid ${process.pid}.`,
    })
    // Nothing of it is left behind.
    expect(await answers(taken === '::1' ? '127.0.0.1' : '[::1]', String(port))).toBe(false)
  })

  test('any port is one that is free on both', async () => {
    refuseIPv6('EADDRINUSE', 'EADDRINUSE')
    const { port } = new URL((await start({ host: '127.0.0.1' })).url)
    expect([await answers('127.0.0.1', port), await answers('[::1]', port)]).toEqual([true, true])
  })

  test('no more connections come over both than may come over one, and all of them end', async () => {
    const refused: number[] = []
    const listening = await start({ host: '127.0.0.1', maxConnections: 2 }, (open) => refused.push(open))
    const { port } = new URL(listening.url)
    expect([await answers('127.0.0.1', port), await answers('[::1]', port)]).toEqual([true, true])
    // Both are kept alive by `fetch`, each on its address.
    const third = connect(Number(port), '::1')
    await once(third, 'close')
    expect(refused).toEqual([2])
    listening.closeConnections()
    await listening.close()
    expect([await answers('127.0.0.1', port), await answers('[::1]', port)]).toEqual([false, false])
  })
})

test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])('a machine without IPv6 (%s) is no hindrance', async (code) => {
  refuseIPv6(code)
  const { port } = new URL((await start({ host: 'localhost' })).url)
  expect([await answers('127.0.0.1', port), await answers('[::1]', port)]).toEqual([true, false])
})

test.each(['127.0.0.1:99999', 'localhost:65536', '[::1]:70000'])('a Host that no URL can have is 400: %s', async (host) => {
  const { url } = await start({ host: '127.0.0.1' })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(`GET /v1/models HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('"code":"invalid_url"')
})

describe('further ports', () => {
  const free = async () => {
    const port = await occupy('127.0.0.1')
    await closers.pop()!()
    return port
  }

  test('are listened on, too, and closed with it', async () => {
    const port = await free()
    const { url, close, closeConnections } = await start({ host: '127.0.0.1', furtherPorts: [port] })
    expect(new URL(url).port).not.toBe(String(port))
    expect([await answers('127.0.0.1', new URL(url).port), await answers('127.0.0.1', String(port))]).toEqual([true, true])
    closeConnections()
    await close()
    expect(await answers('127.0.0.1', String(port))).toBe(false)
  })

  test('that somebody has are named, and nothing is left open', async () => {
    const [own, taken] = [await free(), await occupy('127.0.0.1')]
    await expect(start({ host: '127.0.0.1', port: own, furtherPorts: [taken] })).rejects.toThrow(`port ${taken}: it is in use by`)
    expect(await answers('127.0.0.1', String(own))).toBe(false)
  })
})
