// The model server of a run, in a process of its own so that it shares no event loop with the client it is measured by.
// It does as little as it can, or it would be what is measured: frames are made once, bodies are not parsed.
import { createServer } from 'node:http'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { chunkFrame } from './built.js'
import { ANSWER, TOKEN_DELAY, UPSTREAM_MODEL } from './chat.js'
import { now } from './clock.js'

const TOKEN_FRAMES = ANSWER.map((content) => Buffer.from(chunkFrame(UPSTREAM_MODEL, { delta: { content } })))
const USAGE = { prompt_tokens: 1, completion_tokens: ANSWER.length, total_tokens: 1 + ANSWER.length }
const END = Buffer.from(`${chunkFrame(UPSTREAM_MODEL, { finishReason: 'stop', usage: USAGE })}data: [DONE]\n\n`)
/** Some programs look for it before they ask. */
const MODELS = JSON.stringify({ object: 'list', data: [{ id: UPSTREAM_MODEL, object: 'model', created: 0, owned_by: 'bench' }] })

/** @type {import('./upstream.js').UpstreamCall[]} */
const calls = []
let tokenDelay = TOKEN_DELAY

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method !== 'POST') return response.writeHead(200, { 'content-type': 'application/json' }).end(MODELS)
    void answer(Buffer.concat(chunks).toString(), response)
  })
})

/**
 * @param {string} text
 * @param {import('node:http').ServerResponse} response
 */
async function answer(text, response) {
  /** @type {import('./upstream.js').UpstreamCall} */
  const call = { text, arrivedAt: now(), firstTokenAt: undefined }
  calls.push(call)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const frame of TOKEN_FRAMES) {
    if (response.destroyed) return
    response.write(frame)
    call.firstTokenAt ??= now()
    // Without a pause each token is still sent by itself, as by a provider.
    await (tokenDelay > 0 ? sleep(tokenDelay) : turn())
  }
  response.end(END)
}

/**
 * To the run, which started this process with a channel.
 * @param {unknown} message
 */
const tell = (message) => void process.send?.(message)

process.on('message', (/** @type {{ tokenDelay?: number }} */ message) => {
  if (message.tokenDelay !== undefined) tokenDelay = message.tokenDelay
  tell(calls.splice(0))
})
// The run has ended without a word.
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  tell(`http://127.0.0.1:${port}/v1`)
})
