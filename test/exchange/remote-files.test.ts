import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { useAgent } from 'request-filtering-agent'
import type { DraftPrompt } from '../../src/protocols/draft-prompt.ts'
import { fetchPublicFile, type FetchOptions } from '../../src/exchange/remote-files/fetch-one.ts'
import { fetchRemoteFiles } from '../../src/exchange/remote-files/fetch-all.ts'
import { RemoteFiles } from '../../src/exchange/remote-files/remote-files.ts'
import { errorOf, hello, testApp } from '../server/test-app.ts'

const png = Buffer.from('iVBORw0KGgo=', 'base64')
const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

/** A server on loopback, and how often it was asked. */
async function serve(listener: RequestListener): Promise<{ port: number; hits: () => number }> {
  let hits = 0
  const server = createServer((request, response) => {
    hits++
    listener(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, hits: () => hits }
}

const image: RequestListener = (_, response) => response.writeHead(200, { 'content-type': 'image/png; x=y' }).end(png)

/** Fetches as if 127.0.0.1, and no other address of this machine, were public. */
const fetchFrom = (port: number, options: Partial<FetchOptions> = {}) =>
  fetchPublicFile(`http://127.0.0.1:${port}/a`, {
    signal: new AbortController().signal,
    agentFor: (url) => useAgent(url, { allowIPAddressList: ['127.0.0.1'] }),
    ...options,
  })

describe('a file behind a URL', () => {
  it('is fetched, also through redirects', async () => {
    const { port, hits } = await serve((request, response) => {
      if (request.url === '/c') return image(request, response)
      response.writeHead(302, { location: request.url === '/a' ? '/b' : '/c' }).end()
    })
    expect(await fetchFrom(port)).toEqual({ mediaType: 'image/png', content: png, url: `http://127.0.0.1:${port}/c` })
    expect(hits()).toBe(3)
  })

  it.each<[string, RequestListener, string]>([
    ['another status', (_, response) => response.writeHead(404).end(), 'status 404'],
    ['another type', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('x'), 'neither an image nor a PDF'],
    ['no content', (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(), 'it is empty'],
    ['endless redirects', (_, response) => response.writeHead(302, { location: '/a' }).end(), 'redirects more than 3 times'],
    ['a redirect to a file', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(), 'not an http(s) URL'],
    ['a redirect to nowhere', (_, response) => response.writeHead(302, { location: 'http://' }).end(), 'could not be reached'],
    ['too much', (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(11)), 'too large'],
    ['silence', () => {}, 'within 0.2 s'],
    ['silence in the middle', (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).write('x'), 'within 0.2 s'],
    ['a broken connection', (_, response) => response.destroy(), 'could not be reached'],
  ])('is refused for %s', async (_, listener, reason) => {
    const { port } = await serve(listener)
    await expect(fetchFrom(port, { maxBytes: 10, timeout: 200 })).rejects.toThrow(reason)
  })

  it('may have exactly the largest size', async () => {
    const { port } = await serve(image)
    expect((await fetchFrom(port, { maxBytes: png.byteLength })).content).toHaveLength(png.byteLength)
  })

  it('is not fetched from a private address behind a redirect', async () => {
    const target = await serve(image)
    for (const host of ['127.0.0.2', '[::1]', 'localhost', '0.0.0.0', '169.254.169.254', '10.0.0.1', '[::ffff:127.0.0.1]', '2130706434']) {
      const { port } = await serve((_, response) => response.writeHead(302, { location: `http://${host}:${target.port}/` }).end())
      const agentFor: FetchOptions['agentFor'] = (url) => useAgent(url, url.includes('/a') ? { allowIPAddressList: ['127.0.0.1'] } : {})
      await expect(fetchFrom(port, { agentFor })).rejects.toThrow('its address is not public')
    }
    expect(target.hits()).toBe(0)
  })

  it('ends with its request', async () => {
    const { port } = await serve(() => {})
    const controller = new AbortController()
    const fetched = fetchFrom(port, { signal: controller.signal })
    controller.abort()
    await expect(fetched).rejects.toThrow()
  })
})

describe('a request with a URL', () => {
  const asking = (url: string): object => ({
    ...hello,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  })

  it('is refused unless that is allowed', async () => {
    const { chat, engine } = testApp()
    const response = await chat(asking('https://a.example/secret.png'))
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code: 'unsupported_value', param: 'messages[0].content[1]' })
    expect(error.message).toMatch(/data URL.*allowRemoteFiles/)
    expect(error.message).not.toContain('secret')
    expect(engine.prompts).toEqual([])
  })

  it.each(['127.0.0.1', 'localhost', '[::1]', '127.1', '0'])('never reaches this machine: %s', async (host) => {
    const { port, hits } = await serve(image)
    const { chat, engine } = testApp({ allowRemoteFiles: true })
    const response = await chat(asking(`http://${host}:${port}/secret.png`))
    expect(response.status).toBe(400)
    const error = await errorOf(response)
    expect(error).toMatchObject({ code: 'invalid_value', param: 'messages[0].content[1]' })
    expect(error.message).not.toMatch(/secret|127/)
    expect([hits(), engine.prompts.length]).toEqual([0, 0])
  })
})

describe('the files of one request', () => {
  const draftOf = (port: number, count: number): DraftPrompt => ({
    model: 'a/b',
    messages: [
      { role: 'system', content: 'x' },
      {
        role: 'user',
        content: Array.from({ length: count }, (_, index) => ({ type: 'remote-file', param: `part ${index}`, url: `http://127.0.0.1:${port}/` })),
      },
    ],
    tools: [],
    toolChoice: { type: 'auto' },
    output: { type: 'text' },
    parameters: {},
  })
  const filesWithin = (wholeTimeout?: number) =>
    new RemoteFiles({ agentFor: (url) => useAgent(url, { allowIPAddressList: ['127.0.0.1'] }), ...(wholeTimeout !== undefined && { wholeTimeout }) })
  const { signal } = new AbortController()
  const fetching = (draft: DraftPrompt, files = filesWithin()) => fetchRemoteFiles(draft, { allowed: true, files, signal })

  it('take the places of their URLs', async () => {
    const { port } = await serve(image)
    const { messages } = await fetching(draftOf(port, 2))
    const file = { type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=' }
    expect(messages).toEqual([
      { role: 'system', content: 'x' },
      {
        role: 'user',
        content: [
          { ...file, param: 'part 0' },
          { ...file, param: 'part 1' },
        ],
      },
    ])
  })

  it.each([21, 3_000])('are no more than 20: of %i none is fetched', async (count) => {
    const { port, hits } = await serve(image)
    await expect(fetching(draftOf(port, count))).rejects.toMatchObject({ status: 400, param: 'part 20' })
    expect(hits()).toBe(0)
    await fetching(draftOf(port, 20))
    expect(hits()).toBe(20)
  })

  it('have one time together', async () => {
    let asked = 0
    const { port } = await serve((request, response) => {
      // Each comes in time for itself.
      if (++asked === 1) setTimeout(() => image(request, response), 150)
    })
    await expect(fetching(draftOf(port, 3), filesWithin(400))).rejects.toMatchObject({ status: 400, param: 'part 1' })
    expect(asked).toBe(2)
  })

  it('are also those in results of tools, and keep their breakpoints', async () => {
    const { port } = await serve(image)
    const draft = draftOf(port, 0)
    const content = [{ type: 'remote-file', param: 'part 0', url: `http://127.0.0.1:${port}/`, cache: {} } as const]
    const { messages } = await fetching({ ...draft, messages: [{ role: 'tool', toolCallId: '1', content }] })
    expect(messages).toEqual([
      { role: 'tool', toolCallId: '1', content: [{ type: 'file', mediaType: 'image/png', data: 'iVBORw0KGgo=', param: 'part 0', cache: {} }] },
    ])
  })

  it('may be 20 MB together', async () => {
    const { port } = await serve((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(11 * 1024 * 1024)))
    await expect(fetching(draftOf(port, 2))).rejects.toThrow(
      expect.objectContaining({ status: 400, param: 'part 1', message: expect.stringContaining('too large') }),
    )
  })

  it('are no failure when the client went away', async () => {
    const { port } = await serve(() => {})
    const controller = new AbortController()
    const fetched = fetchRemoteFiles(draftOf(port, 1), { allowed: true, files: filesWithin(), signal: controller.signal })
    controller.abort()
    await expect(fetched).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }))
  })
})

it('a file that the model cannot take is refused', async () => {
  const { chat } = testApp()
  const part = { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }
  const response = await chat({ ...hello, messages: [{ role: 'user', content: [part] }] })
  expect(response.status).toBe(400)
  expect(await errorOf(response)).toMatchObject({ code: 'unsupported_value', param: 'messages[0].content[0]' })
})
