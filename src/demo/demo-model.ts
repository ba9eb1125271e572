import { setTimeout as sleep } from 'node:timers/promises'
import type { Model } from '../core/model.ts'
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
  input: { image: false, pdf: false, audio: false },
  wire: 'chat',
  efforts: [],
  releaseDate: '',
}

/** Between two words, so that streaming can be seen. */
const WORD_DELAY = 15

/** Starts the embedded model that repeats the last user message, for an installation without credentials. */
export function startDemoModel(): Promise<ModelServer> {
  return startModelServer(echo)
}

/** The part of opencode's configuration that makes the demo model known to it. */
export function demoProviderConfig(url: string): Record<string, unknown> {
  const { name, contextLength, maxOutputTokens } = DEMO_MODEL
  return {
    provider: {
      demo: {
        name: 'Demo',
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: url, apiKey: 'demo' },
        models: { echo: { name, limit: { context: contextLength, output: maxOutputTokens } } },
      },
    },
  }
}

async function echo({ body, response, signal }: ModelCall): Promise<void> {
  const heard = textOf(body.messages?.findLast((message: { role: string }) => message.role === 'user')?.content)
  const words = `This is the demo model; it repeats what you say. You said: ${heard}`.match(/\s*\S+\s*/g) ?? []
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const word of words) {
    if (signal.aborted) return
    response.write(chunkFrame(body.model, { delta: { content: word } }))
    await sleep(WORD_DELAY)
  }
  const count = Math.ceil(JSON.stringify(body.messages ?? []).length / 4)
  const usage = { prompt_tokens: count, completion_tokens: words.length, total_tokens: count + words.length }
  response.end(`${chunkFrame(body.model, { finishReason: 'stop', usage })}data: [DONE]\n\n`)
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: string }) => part.text ?? '').join('')
}
