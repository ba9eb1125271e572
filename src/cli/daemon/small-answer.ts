import { get } from 'node:http'

/** Whoever answers may be no daemon at all: neither the wait for him nor what he sends goes on without end. */
const PATIENCE = 2_000
const MAX_BYTES = 16 * 1024

export interface SmallAnswer {
  /** Parsed JSON. */
  body: unknown
  /** The other end of the connection that it came over. */
  end: { address: string; port: number }
}

/**
 * Gets a short JSON document, without a key and without following anybody elsewhere.
 * @throws Error when there is no such answer in time
 */
export function getSmallAnswer(url: string): Promise<SmallAnswer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(PATIENCE) }, (response) => {
      // Known as long as the connection is there.
      const { remoteAddress: address, remotePort: port } = response.socket
      let text = ''
      response.setEncoding('utf8')
      response.on('error', reject)
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MAX_BYTES) request.destroy(new RangeError('the answer is too long'))
      })
      response.on('end', () => {
        try {
          if (response.statusCode !== 200 || address === undefined || port === undefined) throw new Error('no answer')
          resolve({ body: JSON.parse(text), end: { address, port } })
        } catch (error) {
          reject(error)
        }
      })
    })
    request.on('error', reject)
  })
}
