import { createServer } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { answerOf } from './answers/index.js'
import { wireOf } from './wires.js'

/**
 * @typedef {object} Recording
 * @property {import('./wires.js').Wire} wire
 * @property {string} method
 * @property {string} path with its query
 * @property {Record<string, string>} headers
 * @property {string} body as the client wrote it, before any content encoding
 *
 * What the model answers, the same to every request of a client.
 * @typedef {object} Script
 * @property {string} text
 * @property {Record<string, object>[]} turns the arguments of the calls of each turn, by the tool's name; of the names in
 *   a turn the first that is offered is called, or all of them where `parallel` is set
 * @property {boolean} [parallel]
 */

/** Codecs of request bodies by content encoding; Node 20 has no zstd, and no client has used it here. */
const DECODERS = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync }

/**
 * Starts a provider of all four wires on loopback that keeps what it was sent.
 * @returns {Promise<{ url: string, script: Script, take: () => Recording[], refused: string[], close: () => Promise<void> }>}
 *   `take` gives the recordings since it was last called, `refused` the requests that were for no known route
 */
export async function startRecorder() {
  /** @type {Recording[]} */
  let recordings = []
  const recorder = { url: '', script: { text: 'Done.', turns: [] }, refused: [], take, close }
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => handle(request, Buffer.concat(chunks), response))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  recorder.url = `http://127.0.0.1:${server.address().port}`
  return recorder

  function take() {
    const taken = recordings
    recordings = []
    return taken
  }

  async function close() {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  function handle({ method, url, headers }, bytes, response) {
    const wire = method === 'POST' ? wireOf(url) : undefined
    if (wire === undefined) return answerAside(method, url, response)
    const body = (DECODERS[headers['content-encoding']] ?? String)(bytes).toString()
    recordings.push({ wire, method, path: url, headers, body })
    const { contentType, frames } = answerOf(wire, { path: url, body: JSON.parse(body) }, recorder.script)
    response.writeHead(200, { 'content-type': contentType })
    for (const frame of frames) response.write(frame)
    response.end()
  }

  /** What clients ask before or beside: models, token counts. */
  function answerAside(method, url, response) {
    const body = asideOf(method, url)
    if (!body) recorder.refused.push(`${method} ${url}`)
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { error: { message: 'not found', type: 'not_found_error', code: 404 } }))
  }
}

function asideOf(method, url) {
  const path = url.split('?')[0]
  if (method === 'POST' && path.endsWith('/count_tokens')) return { input_tokens: 100 }
  if (method === 'POST' && path.endsWith(':countTokens')) return { totalTokens: 100 }
  if (method === 'GET' && path.endsWith('/models')) return { object: 'list', data: [], models: [] }
  return undefined
}
