import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Model } from '../core/model.ts'
import { answerOf } from './answer-of.ts'
import { chunkFrame, type ModelCall, type ModelServer, startModelServer } from './model-server.ts'

/** What clients see of the demo model. */
export const DEMO_MODEL: Model = {
  id: 'demo/echo',
  provider: 'demo',
  name: 'Demo (echo)',
  contextLength: 128_000,
  maxOutputTokens: 32_000,
  toolCall: true,
  reasoning: false,
  input: { image: true, pdf: true, audio: false },
  wire: 'chat',
  efforts: [],
  releaseDate: '',
}

/** Between two words, so that streaming can be seen. */
const WORD_DELAY = 15

/** More than a request may have by default, with what opencode adds. */
const MAX_BYTES = 64 * 1024 * 1024
const MAX_CALLS = 64

/**
 * The embedded model that repeats the last user message, for an installation without credentials. Its port is there
 * only while it is open, and answers nobody but the opencode processes that were told its key.
 */
export class DemoModel {
  readonly #key = randomBytes(24).toString('base64url')
  #server: ModelServer | undefined

  async open(): Promise<void> {
    this.#server ??= await startModelServer(echo, { key: this.#key, maxBytes: MAX_BYTES, maxCalls: MAX_CALLS })
  }

  /** Takes no more calls, for as long as it is not opened again. */
  retire(): void {
    this.#server?.retire()
    this.#server = undefined
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    await server?.close()
  }

  /** Its entry among the providers of opencode's configuration; none while it is not open. */
  providerConfig(): Record<string, unknown> {
    if (this.#server === undefined) return {}
    const { name, contextLength, maxOutputTokens } = DEMO_MODEL
    return {
      demo: {
        name: 'Demo',
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: this.#server.url, apiKey: this.#key },
        models: {
          echo: {
            name,
            limit: { context: contextLength, output: maxOutputTokens },
            attachment: true,
            modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
          },
        },
      },
    }
  }
}

async function echo({ body, response, signal }: ModelCall): Promise<void> {
  const words = answerOf(body).match(/\s*\S+\s*/g) ?? []
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const [index, word] of words.entries()) {
    if (signal.aborted) return
    response.write(chunkFrame(body.model, { delta: { ...(index === 0 && { role: 'assistant' }), content: word } }))
    await sleep(WORD_DELAY)
  }
  const count = Math.ceil(JSON.stringify(body.messages ?? []).length / 4)
  const usage = { prompt_tokens: count, completion_tokens: words.length, total_tokens: count + words.length }
  response.end(`${chunkFrame(body.model, { finishReason: 'stop', usage })}data: [DONE]\n\n`)
}
