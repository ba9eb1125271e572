import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface EndlessServer {
  url: string
  /** Bytes sent to the one who asked last. */
  sent(): number
  /** Resolves when somebody who asked has hung up. */
  left: Promise<void>
  close(): Promise<void>
}

/** Without an end to all who stop reading in time; a test of those who do not should end as well. */
const TOTAL = 100 * 1024 * 1024

/** A server whose every answer is a JSON text that goes on for as long as somebody reads, as good as without an end. */
export async function startEndlessServer(): Promise<EndlessServer> {
  const piece = 'x'.repeat(100_000)
  let sent = 0
  let leave = (): void => {}
  const left = new Promise<void>((resolve) => (leave = resolve))
  const server = createServer((_, response) => {
    sent = 0
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":"')
    const more = () => {
      do {
        if (sent >= TOTAL) return void response.end('"}')
        sent += piece.length
      } while (response.write(piece))
    }
    response.on('drain', more).once('close', leave)
    more()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    left,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
