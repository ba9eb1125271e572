import { H3Event } from 'h3'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { sseComment } from '../../src/protocols/sse.ts'
import { openSse } from '../../src/server/sse-response.ts'
import { gate } from '../support/gate.ts'
import { GOOGLE_RULES, SSE_RULES } from '../support/sse-rules.ts'
import { say, type Script } from './fake-engine.ts'
import { hello, type TestApp, testApp } from './test-app.ts'

const INTERVAL = 10
const MODEL = hello.model
const COPILOT = 'github-copilot/gpt-5-mini'
const COMMENT = ': keep-alive\n'
const PING = 'event: ping\ndata: {"type":"ping"}\n\n'
const CHUNK = 'data: {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"index":0}]}\n\n'

const LINE = '{"model":"","created_at":"1970-01-01T00:00:00.000Z","message":{"role":"assistant","content":""},"done":false}\n'

interface Format {
  name: string
  path: (model: string) => string
  body: (model: string) => object
  heartbeat: string
  rules: Record<string, (text: string) => string[]>
  /** Whether it has no words for what a model thinks, as long as the client does not want to see it. */
  hidesThoughts?: true
  /** The text that an event's data adds to the answer. */
  textOf: (data: any) => string
}

const openai = { heartbeat: COMMENT, rules: SSE_RULES }
const formats: Format[] = [
  {
    ...openai,
    name: 'Chat Completions',
    path: () => '/v1/chat/completions',
    body: (model) => ({ ...hello, model, stream: true }),
    textOf: (data) => data.choices?.[0]?.delta?.content ?? '',
  },
  {
    ...openai,
    name: 'Completions',
    path: () => '/v1/completions',
    body: (model) => ({ model, prompt: 'Hi', stream: true }),
    textOf: (data) => data.choices?.[0]?.text ?? '',
  },
  {
    ...openai,
    name: 'Responses',
    path: () => '/v1/responses',
    body: (model) => ({ model, input: 'Hi', stream: true }),
    textOf: (data) => (data.type === 'response.output_text.delta' ? data.delta : ''),
  },
  {
    name: 'Messages',
    path: () => '/v1/messages',
    body: (model) => ({ model, max_tokens: 10, messages: hello.messages, stream: true }),
    heartbeat: PING,
    rules: SSE_RULES,
    textOf: (data) => data.delta?.text ?? '',
  },
  {
    name: 'Gemini',
    path: (model) => `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    heartbeat: CHUNK,
    rules: { ...SSE_RULES, ...GOOGLE_RULES },
    hidesThoughts: true,
    textOf: (data) => data.candidates?.[0]?.content.parts.map((part: { text?: string }) => part.text ?? '').join('') ?? '',
  },
  {
    name: 'Ollama',
    path: () => '/api/chat',
    body: (model) => ({ ...hello, model }),
    heartbeat: LINE,
    rules: { 'line by line': (text) => text.trimEnd().split('\n') },
    textOf: (data) => data.message.content,
  },
]

const post = ({ app }: TestApp, { path, body }: Format, model = MODEL) =>
  app.request(path(model), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body(model)) })

/** Reads a stream, and lets it go on once it has so many heartbeats since it last did. */
async function readThrough(response: Response, { heartbeat }: Format, gates: (() => void)[]): Promise<string> {
  let text = ''
  let read = 0
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.slice(read).split(heartbeat).length <= 2) continue
    read = text.length
    gates.shift()?.()
  }
  return text
}

/** What a client with these rules reads; what is no JSON fails. */
function textBy(rule: (text: string) => string[], text: string, { textOf }: Format): string {
  return rule(text)
    .flatMap((data) => (data === '[DONE]' ? [] : [textOf(JSON.parse(data))]))
    .join('')
}

function expectRead(text: string, format: Format, expected: string): void {
  for (const [name, rule] of Object.entries(format.rules)) expect(textBy(rule, text, format), name).toBe(expected)
}

describe.each(formats)('a silent stream of $name', (format) => {
  it('is kept alive before and within an answer, by nothing that a client takes for a part of it', async () => {
    const app = testApp({ heartbeatInterval: INTERVAL })
    const [before, within] = [gate(), gate()]
    app.engine.script = async function* () {
      await before.opened
      yield { type: 'text-delta', text: 'Hel' }
      await within.opened
      yield* say('lo')
    }
    const text = await readThrough(await post(app, format), format, [before.open, within.open])
    expect(text.startsWith(format.heartbeat.repeat(2))).toBe(true)
    expect(text).not.toContain(`${COMMENT}\n`)
    expectRead(text, format, 'Hello')
  })

  it('is kept alive while the first of two models is asked, whose name is not told before it answers', async () => {
    const app = testApp({ heartbeatInterval: INTERVAL, aliases: { best: [COPILOT, MODEL] } })
    const first = gate()
    const failing: Script = async function* (): AsyncGenerator<AnswerEvent> {
      await first.opened
      yield { type: 'retry', attempt: 1, delay: 0, message: 'busy' }
      throw new BridgeError('Down.', { code: 'upstream_error', status: 503 })
    }
    app.engine.script = (prompt, options) => (prompt.model === COPILOT ? failing(prompt, options) : say('Hello'))
    const response = await post(app, format, 'best')
    expect(response.headers.get('x-bridge-model')).toBeNull()
    const text = await readThrough(response, format, [first.open])
    expect(text).not.toMatch(/^:.*\n\n/m)
    expectRead(text, format, 'Hello')
  })

  it('names the model where it is the last that can answer', async () => {
    const app = testApp({ heartbeatInterval: INTERVAL })
    const silence = gate()
    app.engine.script = async function* () {
      await silence.opened
      yield* say('Hello')
    }
    const response = await post(app, format)
    expect(response.headers.get('x-bridge-model')).toBe(MODEL)
    expectRead(await readThrough(response, format, [silence.open]), format, 'Hello')
  })
})

it.each(formats.filter(({ hidesThoughts }) => hidesThoughts))('a stream of $name is kept alive while the model thinks what is not shown', async (format) => {
  const app = testApp({ heartbeatInterval: INTERVAL })
  let enough = false
  app.engine.script = async function* () {
    for (;;) {
      if (enough) break
      yield { type: 'reasoning-delta', text: 'Hm. ' }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    yield* say('Hello')
  }
  const text = await readThrough(await post(app, format), format, [() => (enough = true)])
  expectRead(text, format, 'Hello')
})

describe('a stream that is passed on', () => {
  const CHAT = formats[0]!

  /** Sends pieces of a provider's stream with silence after each, and reads what the client gets. */
  async function passOn(pieces: string[], heartbeat = COMMENT): Promise<string> {
    const response = await openSse(
      new H3Event(new Request('http://localhost')),
      (async function* () {
        for (const piece of pieces) {
          yield Buffer.from(piece)
          await new Promise((resolve) => setTimeout(resolve, 5 * INTERVAL))
        }
      })(),
      { heartbeat, heartbeatInterval: INTERVAL, encodeError: () => '', onCancel: () => {} },
    )
    return (response as Response).text()
  }

  const delta = (content: string) => JSON.stringify({ choices: [{ index: 0, delta: { content } }] })

  it.each([
    ['with ids', [`id: 1\ndata: ${delta('Hel')}\n\n`, `id: 2\ndata: ${delta('lo')}\n\n`, 'data: [DONE]\n\n'], 'Hello'],
    ['in pieces', [`data: ${delta('Hel')}\n`, '\n', 'data: ', `${delta('lo')}\n\nda`, 'ta: [DONE]\n\n'], 'Hello'],
    ['with CR LF', [`data: ${delta('Hel')}\r\n\r`, '\n', `data: ${delta('lo')}\r\n\r\n`, 'data: [DONE]\r\n\r\n'], 'Hello'],
    [
      'with an event cut in its line',
      [`data: ${delta('Hel')}\n\ndata: {"choices":[{"index":0,"de`, 'lta":{"content":"lo"}}]}\n\n', 'data: [DONE]\n\n'],
      'Hello',
    ],
  ])('%s has heartbeats between its events only', async (_, pieces, expected) => {
    const text = await passOn(pieces)
    expect(text).toContain(COMMENT)
    expect(text.replaceAll(COMMENT, '')).toBe(pieces.join(''))
    expectRead(text, CHAT, expected)
  })
})

describe('the rules of packages', () => {
  it.each(Object.entries(SSE_RULES))('%s reports an event for a comment that has an empty line', (name, rule) => {
    const stream = 'id: 1\ndata: {}\n\n: keep-alive\n\n'
    expect(rule(stream), name).toEqual(['{}', ''])
    expect(rule(stream.replace(': keep-alive\n\n', sseComment('keep-alive')))).toEqual(['{}'])
  })

  it('an id alone is an event to both', () => {
    for (const rule of Object.values(SSE_RULES)) expect(rule('id: 1\n\n')).toEqual([''])
  })

  it.each(Object.entries(GOOGLE_RULES))('%s does not read the event behind a comment', (_, rule) => {
    const stream = `data: {}\n\n${sseComment('keep-alive')}data: {"lost":true}\n\n`
    const read = () => rule(stream)
    let events: string[] = []
    try {
      events = read()
    } catch {
      // It gives the whole answer up.
    }
    expect(events).not.toContain('{"lost":true}')
  })
})
