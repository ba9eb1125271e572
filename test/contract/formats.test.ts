import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { fail, hang, say, stream as streamDeltas } from '../support/upstream.ts'
import { FormatClient } from './client.ts'
import { chatCompletions } from './formats/chat-completions.ts'
import { completions } from './formats/completions.ts'
import { gemini } from './formats/gemini.ts'
import { messages } from './formats/messages.ts'
import { ollama } from './formats/ollama.ts'
import { responses } from './formats/responses.ts'
import { providerMessages } from './provider-messages.ts'
import { callDeltas, failInStream, saidBy, WORDS, wordByWord } from './provider-scripts.ts'
import type { AbstractAnswer, AbstractRequest, Capability, ErrorStatus, StopReason, ToolCall, ToolDefinition, Turn } from './client-format.ts'

/**
 * What clients of every format can rely on, through the real opencode. A cell is one `test`, a row the `describe` of a
 * format; what the format cannot express has its cell too, with what a client gets instead.
 */

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({
    config: { minIdle: 1, maxSize: 3, maxRetries: 0 },
    models: { model: { reasoning: true, modalities: { input: ['text', 'image'], output: ['text'] } } },
  })
})
afterAll(() => bridge.close())

const SYSTEM = 'You are terse.\nAnswer in English — always.'
const IMAGE = { type: 'image', mediaType: 'image/png', data: Buffer.from('\x89PNG\r\n\x1a\n\0a picture', 'latin1').toString('base64') } as const
const MAX_TOKENS = 77
const TOOLS: ToolDefinition[] = ['clock', 'weather'].map((name) => ({
  name,
  description: `The ${name} of a city`,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
}))

const user = (text: string): Turn => ({ role: 'user', parts: [{ type: 'text', text }] })
const calling = (id: string, name: string, city: string): ToolCall => ({ id, name, arguments: JSON.stringify({ city }) })

/** Runs once, however many tests want to know what came of it. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => (running ??= run())
}

describe.each([chatCompletions, responses, messages, gemini, ollama, completions])('$name', (format) => {
  const { capabilities, errorTypes, stopReasons } = format
  const can = (capability: Capability) => capabilities[capability] === 'expressed'
  let client: FormatClient
  beforeAll(() => {
    client = new FormatClient(bridge, format)
  })

  describe.each([
    ['in one piece', false],
    ['streamed', true],
  ])('%s', (_mode, stream) => {
    const plain: AbstractRequest = { turns: [user('Hi')], maxTokens: MAX_TOKENS, stream }

    const errorOf = async (response: Response) => format.decodeError(await response.json(), response.headers)

    /** A cell for what not every format can express. */
    function cell(capability: Capability, name: string, check: () => Promise<void>): void {
      const support = capabilities[capability]
      if (support === 'expressed') {
        test(name, check)
        return
      }
      const { attempt, instead, reason } = support
      if ('refused' in instead) {
        test(`${name} (refused: ${reason})`, async () => {
          const response = await client.post(plain, { extra: attempt })
          expect(response.status).toBe(400)
          const message: unknown = expect.stringContaining(`'${instead.refused}'`)
          expect(await errorOf(response)).toEqual({ type: errorTypes[400], message })
          expect(bridge.upstream.calls).toEqual([])
        })
        return
      }
      test(`${name} (ignored and said so: ${reason})`, async () => {
        const { sent, answer, headers } = await client.ask(plain, say('ok'), attempt)
        expect(headers.get('x-bridge-ignored')?.split(', ')).toEqual([instead.ignored])
        expect(sent).toEqual(bodyOf(plain))
        expect(answer).toMatchObject({ text: 'ok', stop: stopReasons.stop })
      })
    }

    /** All that the provider may be sent for a request. */
    function bodyOf(request: AbstractRequest): object {
      const streamed = { stream: true, stream_options: { include_usage: true } }
      return { model: 'model', max_tokens: MAX_TOKENS, messages: providerMessages(request), ...(request.stream && streamed) }
    }

    describe('a conversation', () => {
      const asked: Turn = { role: 'assistant', text: 'Rome?\n', reasoning: can('reasoning') ? 'Which city?' : '', calls: [] }
      const last: Turn = { role: 'user', parts: [{ type: 'text', text: 'Yes, “Rome”.' }, ...(can('images') ? [IMAGE] : [])] }
      const request: AbstractRequest = {
        ...plain,
        ...(can('system') && { system: SYSTEM }),
        turns: [...(can('history') ? [user('  How is it? '), asked] : []), last],
      }
      const thoughts = [{ reasoning_content: 'Let me ' }, { reasoning_content: 'think.' }]
      const exchange = once(() => client.ask(request, streamDeltas([...thoughts, { content: 'Sun' }, { content: 'ny ☀.' }])))

      test('reaches the provider in one call, with nothing added', async () => {
        const { sent, headers } = await exchange()
        expect(sent).toEqual(bodyOf(request))
        expect(headers.get('x-bridge-ignored')).toBeNull()
      })
      cell('system', 'has its system prompt', async () => {
        const { messages: sent } = (await exchange()).sent
        expect(sent.filter(({ role }: any) => role === 'system')).toEqual([{ role: 'system', content: SYSTEM }])
        expect(sent[0].role).toBe('system')
      })
      cell('history', 'has its turns, verbatim and in order', async () => {
        const { messages: sent } = (await exchange()).sent
        expect(sent.filter(({ role }: any) => role !== 'system').slice(0, 2)).toMatchObject([
          { role: 'user', content: '  How is it? ' },
          { role: 'assistant', content: 'Rome?\n' },
        ])
      })
      cell('images', 'has its image', async () => {
        const { messages: sent } = (await exchange()).sent
        expect(sent.at(-1).content.at(-1)).toEqual({ type: 'image_url', image_url: { url: `data:image/png;base64,${IMAGE.data}` } })
      })
      cell('reasoning', 'has what was thought, of old and of now', async () => {
        const { sent, answer } = await exchange()
        expect(sent.messages.find(({ role }: any) => role === 'assistant').reasoning_content).toBe('Which city?')
        expect(answer.reasoning).toBe('Let me think.')
      })
      test('is answered by the text alone', async () => {
        expect((await exchange()).answer).toMatchObject({ text: 'Sunny ☀.', calls: [], error: undefined })
      })
      test('has the usage that the provider told', async () => {
        expect((await exchange()).answer.usage).toEqual({
          input: 11,
          output: 10,
          ...(format.countsParts ? { cached: 4, reasoning: 5 } : { cached: 0, reasoning: 0 }),
        })
      })
      test('ends with the reason for it: stop', async () => {
        expect((await exchange()).answer.stop).toBe(stopReasons.stop)
      })
    })

    describe('tools', () => {
      const [rome, oslo, noon] = [calling('call_1', 'weather', 'Rome'), calling('call_2', 'weather', 'Oslo'), calling('call_3', 'clock', 'Oslo')]
      const definitions = { ...plain, tools: TOOLS, turns: [user('How is it?')] }
      const demand: AbstractRequest = { ...definitions, ...(can('demand') && { mustCall: true }), ...(can('oneCallOnly') && { oneCallOnly: true }) }
      const said = ({ text, reasoning, calls }: AbstractAnswer): Turn => ({ role: 'assistant', text, reasoning, calls })
      const call = (...calls: ToolCall[]) => streamDeltas([{ content: 'I look.' }, ...callDeltas(calls)], { finishReason: 'tool_calls' })

      // Each step goes on with what the client read of the one before.
      const first = once(() => client.ask(demand, call(rome)))
      const second = once(async () => {
        const { answer } = await first()
        const results: Turn = { role: 'tools', results: answer.calls.map((made) => ({ call: made, content: 'sunny' })) }
        const request = { ...definitions, turns: [...definitions.turns, said(answer), results] }
        return { request, ...(await client.ask(request, call(oslo, noon))) }
      })
      const third = once(async () => {
        const { request: before, answer } = await second()
        const results: Turn = { role: 'tools', results: answer.calls.map((made) => ({ call: made, content: `result of ${made.name}` })) }
        const request = { ...before, turns: [...before.turns, said(answer), results] }
        return { request, ...(await client.ask(request, say('Sunny in Rome.'))) }
      })

      cell('tools', 'are offered as they are', async () => {
        expect((await first()).sent.tools).toEqual(TOOLS.map((tool) => ({ type: 'function', function: tool })))
      })
      cell('demand', 'can be demanded to be called', async () => {
        expect((await first()).sent.tool_choice).toBe('required')
        expect((await second()).sent.tool_choice).toBe('auto')
      })
      cell('oneCallOnly', 'can be demanded one at a time', async () => {
        expect((await first()).sent.parallel_tool_calls).toBe(false)
        expect((await second()).sent).not.toHaveProperty('parallel_tool_calls')
      })
      cell('tools', 'are called, and the result goes back', async () => {
        const { answer } = await first()
        expect(answer).toMatchObject({ text: 'I look.', calls: [rome], stop: stopReasons['tool-calls'] })
        const { request, sent } = await second()
        expect(sent.messages).toEqual(providerMessages(request))
        expect(sent.messages.slice(1)).toMatchObject([
          { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'call_1', function: { name: 'weather', arguments: '{"city":"Rome"}' } }] },
          { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
        ])
      })
      cell('parallelCalls', 'are called in parallel, and the results go back', async () => {
        const { answer } = await second()
        expect(answer).toMatchObject({ text: 'I look.', calls: [oslo, noon], stop: stopReasons['tool-calls'] })
        const { request, sent, answer: last } = await third()
        expect(sent.messages).toEqual(providerMessages(request))
        expect(sent.messages.slice(-2)).toEqual([
          { role: 'tool', tool_call_id: 'call_2', content: 'result of weather' },
          { role: 'tool', tool_call_id: 'call_3', content: 'result of clock' },
        ])
        expect(last).toMatchObject({ text: 'Sunny in Rome.', calls: [], stop: stopReasons.stop })
      })
    })

    test.each<[StopReason, string]>([
      ['length', 'length'],
      ['content-filter', 'content_filter'],
    ])('an answer ends with the reason for it: %s', async (reason, finishReason) => {
      const { answer } = await client.ask(plain, say(['so ', 'far'], { finishReason }))
      expect(answer).toMatchObject({ text: 'so far', stop: stopReasons[reason], error: undefined })
    })

    test('a refusal is one of the format’s', async () => {
      const { answer } = await client.ask(plain, streamDeltas([{ refusal: 'I would ' }, { refusal: 'rather not.' }]))
      const { stop, isText } = format.refusal
      const words = 'I would rather not.'
      expect(answer).toMatchObject({ text: isText ? words : '', refusal: isText ? '' : words, calls: [], stop })
    })

    // A stream that fails before its first token goes the way of an answer in one piece, so one is enough.
    test.each<ErrorStatus>(stream ? [429] : [400, 401, 429, 500])('an error of the provider’s is one of the format’s: %i', async (status) => {
      bridge.upstream.answer(fail(status, { message: `It is ${status}.` }, status === 429 ? { 'retry-after': '7' } : {}))
      const response = await client.post(plain)
      expect(response.status).toBe(status)
      const expected = { type: errorTypes[status], message: `It is ${status}.`, retryAfter: status === 429 ? 7 : undefined }
      expect(await errorOf(response)).toEqual(expected)
      // Proxies and libraries know no place but this.
      expect(response.headers.get('retry-after')).toBe(status === 429 ? '7' : null)
    })

    test('a provider that fails in the middle of its answer', async () => {
      const broken = { type: errorTypes[502], message: 'The model fell over.' }
      let answer: AbstractAnswer | undefined
      const heard = (said: number) => until(() => saidBy(answer) === said)
      bridge.upstream.answer(wordByWord(stream ? heard : async () => {}, failInStream))
      const response = await client.post(plain)
      if (!stream) {
        expect(response.status).toBe(502)
        expect(await errorOf(response)).toEqual(broken)
        return
      }
      for await (const now of client.follow(response)) answer = now
      expect(answer).toMatchObject({ text: WORDS.join(''), stop: undefined, error: broken })
    })

    test(stream ? 'words come one by one, and the call ends when the client leaves' : 'the call ends when the client leaves', async () => {
      let answer: AbstractAnswer | undefined
      const { cancelled } = (await bridge.status()).requests
      const leave = new AbortController()
      // A word is said when the client has all those before it.
      bridge.upstream.answer(stream ? wordByWord((said) => until(() => saidBy(answer) === said), hang) : hang)
      const response = client.post(plain, { signal: leave.signal })
      response.catch(() => {})
      await until(() => bridge.upstream.calls.length === 1)
      if (stream) {
        for await (const now of client.follow(await response)) {
          answer = now
          if (saidBy(answer) === WORDS.length) break
        }
        expect(answer).toMatchObject({ text: WORDS.join(''), stop: undefined, error: undefined })
      }
      leave.abort()
      await until(() => bridge.upstream.calls[0]!.hungUpAt !== undefined)
      await until(async () => (await bridge.status()).requests.cancelled === cancelled + 1)
      expect((await bridge.status()).requests.inFlight).toEqual([])
    })
  })
})
