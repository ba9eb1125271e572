import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { H3, toNodeHandler } from 'h3'
import { afterEach, describe, expect, it } from 'vitest'
import { openSse } from '../../src/server/sse-response.ts'
import { gate } from '../support/gate.ts'

const COMMENT = ': keep-alive\n'
const INTERVAL = 10

type Frames = () => AsyncGenerator<string | Uint8Array>

let server: Server

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** Answers with frames by Node's own response, as the daemon does. */
async function serve(frames: Frames, { heartbeatInterval = 60_000, onCancel = () => {} } = {}): Promise<string> {
  const app = new H3({ silent: true }).get('/', (event) =>
    openSse(event, frames(), { heartbeat: COMMENT, heartbeatInterval, encodeError: (error) => `data: ${(error as Error).message}\n\n`, onCancel }),
  )
  server = createServer(toNodeHandler(app))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** A client that reads nothing until it is told to. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, resolve).on('error', reject))
}

describe('an answer by Node’s response', () => {
  it('has the frames as they are, and the headers of a stream', async () => {
    const url = await serve(async function* () {
      yield 'data: Grüße\n\n'
      yield ''
      yield Buffer.from('data: 2\n\n')
    })
    const response = await fetch(url)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await response.text()).toBe('data: Grüße\n\ndata: 2\n\n')
  })

  it('has heartbeats before its first frame and between events only', async () => {
    const silence = [gate(), gate()]
    const url = await serve(
      async function* () {
        await silence[0]!.opened
        yield Buffer.from('data: 1\n')
        // Long enough for some.
        await new Promise((resolve) => setTimeout(resolve, 10 * INTERVAL))
        yield Buffer.from('\n')
        await silence[1]!.opened
        yield Buffer.from('data: 2\n\n')
      },
      { heartbeatInterval: INTERVAL },
    )
    let text = ''
    for await (const piece of await open(url)) {
      text += String(piece)
      if (text.startsWith(COMMENT)) silence[0]!.open()
      if (text.endsWith(`data: 1\n\n${COMMENT}`)) silence[1]!.open()
    }
    expect(text.replaceAll(COMMENT, '')).toBe('data: 1\n\ndata: 2\n\n')
    expect(text).toContain('data: 1\n\n')
  })

  it('ends with an error that comes midway, after the line that it cut', async () => {
    const url = await serve(async function* () {
      yield Buffer.from('data: 1\n\nda')
      throw new Error('broken')
    })
    expect(await (await fetch(url)).text()).toBe('data: 1\n\nda\n\ndata: broken\n\n')
  })

  it('ends with an error that comes before all frames, but after a heartbeat', async () => {
    const silence = gate()
    const url = await serve(
      // oxlint-disable-next-line require-yield
      async function* () {
        await silence.opened
        throw new Error('broken')
      },
      { heartbeatInterval: INTERVAL },
    )
    let text = ''
    for await (const piece of await open(url)) {
      text += String(piece)
      silence.open()
    }
    expect(text.replaceAll(COMMENT, '')).toBe('data: broken\n\n')
  })

  it('asks for no more than its client takes', async () => {
    let made = 0
    const piece = Buffer.alloc(64 * 1024, 'x')
    const all = 2_000
    const url = await serve(async function* () {
      for (; made < all; made++) yield piece
    })
    const response = await open(url)
    await settled(() => made)
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(all / 2)
    let read = 0
    for await (const chunk of response) read += (chunk as Buffer).length
    expect(read).toBe(all * piece.length)
  })

  it.each([
    ['between two frames', false],
    ['while it holds the frames back', true],
  ])('tells of a client that leaves %s', async (_, full) => {
    const [cancelled, returned] = [gate(), gate()]
    const url = await serve(
      async function* () {
        try {
          for (;;) {
            yield Buffer.alloc(full ? 1024 * 1024 : 1)
            await new Promise((resolve) => setTimeout(resolve, 1))
          }
        } finally {
          returned.open()
        }
      },
      { onCancel: cancelled.open },
    )
    const response = await open(url)
    response.on('error', () => {})
    if (full) await new Promise((resolve) => setTimeout(resolve, 20 * INTERVAL))
    response.destroy()
    await cancelled.opened
    await returned.opened
  })
})

/** Waits until a number stays the same for a while. */
async function settled(number: () => number): Promise<void> {
  for (let last = -1; last !== number();) {
    last = number()
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
