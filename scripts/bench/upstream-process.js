// The model server of a run, in a process of its own so that it shares no event loop with the client it is measured by.
import { setTimeout as sleep } from 'node:timers/promises'
import { chunkFrame, startModelServer } from '../../dist/demo/model-server.js'
import { ANSWER, TOKEN_DELAY } from './chat.js'
import { now } from './clock.js'

/** @type {import('./upstream.js').UpstreamCall[]} */
const calls = []

const server = await startModelServer(async ({ text, body, response, signal }) => {
  const call = { text, arrivedAt: now(), firstTokenAt: undefined }
  calls.push(call)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const content of ANSWER) {
    if (signal.aborted) return
    response.write(chunkFrame(body.model, { delta: { content } }))
    call.firstTokenAt ??= now()
    await sleep(TOKEN_DELAY)
  }
  const usage = { prompt_tokens: 1, completion_tokens: ANSWER.length, total_tokens: 1 + ANSWER.length }
  response.end(`${chunkFrame(body.model, { finishReason: 'stop', usage })}data: [DONE]\n\n`)
})

process.on('message', () => process.send(calls.splice(0)))
// The run has ended without a word.
process.on('disconnect', () => process.exit())
process.send(server.url)
