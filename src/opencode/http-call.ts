import { request } from 'node:http'
import { Readable } from 'node:stream'

/**
 * Calls a server on loopback, as `fetch` does but without its five minutes: an agent that works, or waits for a
 * permission, is silent for longer.
 * @param onEnd called once the answer has been read, or left, or there is none
 * @throws the connection's error, or the signal's when that aborted the call
 */
export function callHttp(url: string, { method = 'GET', headers, body, signal }: RequestInit, onEnd: () => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    // A connection each: one that is kept may be closed by the other side at the moment it is used.
    const call = request(url, { method, agent: false, headers: headers as Record<string, string>, ...(signal ? { signal } : {}) }, (incoming) => {
      const { statusCode = 502, headers: received } = incoming
      const empty = statusCode === 204 || statusCode === 304
      if (empty) incoming.resume()
      const type = received['content-type']
      resolve(
        new Response(empty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>), {
          status: statusCode,
          headers: type === undefined ? {} : { 'content-type': type },
        }),
      )
    })
    call.once('error', reject)
    call.once('close', onEnd)
    call.end(body as string | undefined)
  })
}
