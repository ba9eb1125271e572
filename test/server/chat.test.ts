import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { DaemonStatus } from '../../src/server/status.ts'
import { failAfter, hang, say } from './fake-engine.ts'
import { errorOf, framesOf, hello, testApp } from './test-app.ts'
import { gate } from '../support/gate.ts'
import { until } from '../support/until.ts'

const streamed = { ...hello, stream: true }
const overloaded = (): BridgeError => new BridgeError('The bridge is busy.', { code: 'bridge_overloaded', status: 429, retryAfter: 1_200 })

describe('a plain answer', () => {
  it('is a completion with the usage of the engine', async () => {
    const { chat, engine } = testApp()
    engine.script = () => say('Hel', 'lo')
    const response = await chat(hello)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.json()).toMatchObject({
      model: 'openai/gpt-5',
      choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 4 },
    })
    expect(engine.prompts[0]).toMatchObject({ model: 'openai/gpt-5', messages: [{ role: 'user' }] })
  })

  it('does not wait for what the engine tidies up after the end', async () => {
    const { chat, engine } = testApp()
    const tidying = gate()
    let tidied = false
    engine.script = async function* () {
      yield* say('Hello')
      await tidying.opened
      tidied = true
    }
    expect((await chat(hello)).status).toBe(200)
    expect(tidied).toBe(false)
    tidying.open()
    await until(() => tidied)
  })

  it('is an error when the engine stops without an end', async () => {
    const { chat, engine } = testApp()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
    }
    const response = await chat(hello)
    expect(response.status).toBe(502)
    expect((await errorOf(response)).code).toBe('upstream_incomplete')
  })

  it('is the error of the engine, with the time after which to try again', async () => {
    const { chat, engine } = testApp()
    engine.script = () => {
      throw overloaded()
    }
    const response = await chat(hello)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(response.headers.get('retry-after-ms')).toBe('1200')
    expect(await errorOf(response)).toMatchObject({ type: 'rate_limit_error', code: 'bridge_overloaded' })
  })

  it('does not leak the text of a defect, but logs it', async () => {
    const { chat, defects, engine, records } = testApp()
    engine.script = () => {
      throw new TypeError('secret is not a function')
    }
    const response = await chat(hello)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({ status: 500, outcome: { type: 'error', code: 'internal_error' } })
    expect(defects[0]).toContain('secret is not a function')
  })
})

describe('a streamed answer', () => {
  it('is sent as events that no proxy may hold back', async () => {
    const { chat, engine } = testApp()
    engine.script = () => say('Hel', 'lo')
    const response = await chat(streamed)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    const frames = await framesOf(response)
    expect(frames.filter((frame) => frame.includes('"content":"'))).toHaveLength(3)
    expect(frames.at(-1)).toBe('data: [DONE]')
  })

  it('has the real status when it fails before the first event', async () => {
    const { chat, engine } = testApp()
    engine.script = () => failAfter(10, overloaded())
    const response = await chat(streamed)
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(response.headers.get('content-type')).toContain('application/json')
  })

  it('ends with an error frame and no [DONE] when it fails after the first event', async () => {
    const { chat, engine, records } = testApp()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('opencode died.', { code: 'process_failed', status: 502 })
    }
    const response = await chat(streamed)
    expect(response.status).toBe(200)
    const frames = await framesOf(response)
    expect(JSON.parse(frames.at(-1)!.slice('data: '.length))).toEqual({
      error: { message: 'opencode died.', type: 'server_error', param: null, code: 'process_failed' },
    })
    expect(frames.join()).not.toMatch(/DONE|"finish_reason":"/)
    await until(() => records.length === 1)
    expect(records[0]).toMatchObject({ status: 200, outcome: { type: 'error', code: 'process_failed' } })
  })

  it('ends with an error frame when the engine stops without an end', async () => {
    const { chat, engine } = testApp()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
    }
    const frames = await framesOf(await chat(streamed))
    expect(frames.at(-1)).toContain('upstream_incomplete')
  })

  it('is kept alive by comments while the engine is silent', async () => {
    const { chat, engine } = testApp({ heartbeatInterval: 20 })
    const silence = gate()
    engine.script = async function* () {
      await silence.opened
      yield* say('Hello')
    }
    const response = await chat(streamed)
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text === ': keep-alive\n'.repeat(3)) silence.open()
    }
    expect(text).toContain('"Hello"')
    expect(text).toMatch(/^: keep-alive\n: keep-alive\n/)
    expect(text).toMatch(/data: \[DONE\]\n\n$/)
  })

  it('fails with an error frame once a comment was sent', async () => {
    const { chat, engine } = testApp({ heartbeatInterval: 10 })
    engine.script = () => failAfter(40, overloaded())
    const response = await chat(streamed)
    expect(response.status).toBe(200)
    const frames = await framesOf(response)
    expect(frames.at(-1)).toContain('bridge_overloaded')
    expect(frames.join()).not.toContain('DONE')
  })

  it('tells retries as comments of one line', async () => {
    const { chat, engine } = testApp()
    engine.script = async function* () {
      yield { type: 'retry', attempt: 1, delay: 500, message: 'busy\n\ndata: forged' }
      yield* say('Hello')
    }
    const frames = await framesOf(await chat(streamed))
    expect(frames[0]).toBe(': retry 1 in 500 ms: busy data: forged')
    expect(frames[1]).toContain('"role":"assistant"')
  })

  it('has the real status also when it fails after retries', async () => {
    const { chat, engine } = testApp()
    engine.script = async function* () {
      yield { type: 'retry', attempt: 1, delay: 500, message: 'busy' }
      throw overloaded()
    }
    expect((await chat(streamed)).status).toBe(429)
  })

  describe('with x-bridge-progress', () => {
    const headers = { 'x-bridge-progress': '1' }

    it('tells retries at once', async () => {
      const { chat, engine } = testApp()
      const provider = gate()
      engine.script = async function* () {
        yield { type: 'retry', attempt: 1, delay: 500, message: 'busy' }
        await provider.opened
        yield* say('Hello')
      }
      const response = await chat(streamed, { headers })
      const reader = response.body!.getReader()
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(': retry 1 in 500 ms: busy\n')
      provider.open()
      expect(new TextDecoder().decode((await reader.read()).value)).toContain('"role":"assistant"')
      await reader.cancel()
    })

    it('tells the status of what fails after one', async () => {
      const { chat, engine } = testApp()
      engine.script = async function* () {
        yield { type: 'retry', attempt: 1, delay: 500, message: 'busy' }
        throw overloaded()
      }
      const response = await chat(streamed, { headers })
      expect(response.status).toBe(200)
      const frames = await framesOf(response)
      expect(frames.slice(0, 2)).toEqual([': retry 1 in 500 ms: busy', ': failed with status 429'])
      expect(frames.at(-1)).toContain('bridge_overloaded')
    })

    it('has the real status of what fails before anything is told', async () => {
      const { chat, engine } = testApp()
      engine.script = () => {
        throw overloaded()
      }
      expect((await chat(streamed, { headers })).status).toBe(429)
    })
  })

  it('asks the engine for no more than the client takes', async () => {
    const { chat, engine } = testApp()
    let produced = 0
    engine.script = async function* () {
      for (; produced < 1_000; produced++) yield { type: 'text-delta', text: 'x' }
      yield* say('end')
    }
    const response = await chat(streamed)
    const reader = response.body!.getReader()
    await reader.read()
    await sleep(30)
    expect(produced).toBeLessThan(10)
    await reader.cancel()
  })
})

describe('a client that goes away', () => {
  it('ends the engine by no longer reading', async () => {
    const { chat, engine, records, get } = testApp()
    let aborted = false
    engine.script = hang(() => (aborted = true), [{ type: 'text-delta', text: 'Hel' }])
    const response = await chat(streamed)
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await until(() => aborted && records.length === 1)
    expect(records[0]).toMatchObject({ outcome: { type: 'cancelled' } })
    const status = (await (await get('/status')).json()) as DaemonStatus
    expect(status.requests).toMatchObject({ inFlight: [], total: 1, failed: 0, cancelled: 1 })
  })

  it('ends the engine of an answer that has not begun', async () => {
    const { chat, engine } = testApp()
    const client = new AbortController()
    let aborted = false
    engine.script = hang(() => (aborted = true))
    const answer = chat(hello, { signal: client.signal })
    await until(() => engine.prompts.length === 1)
    client.abort()
    expect((await answer).status).toBe(499)
    expect(aborted).toBe(true)
  })

  it('is no cancellation when it has the whole answer', async () => {
    const { chat, engine, get } = testApp()
    engine.script = async function* () {
      yield* say('Hello')
      await new Promise(() => {})
    }
    const response = await chat(streamed)
    const reader = response.body!.getReader()
    const decoder = new TextDecoder()
    for (let text = ''; !text.includes('[DONE]');) text += decoder.decode((await reader.read()).value)
    await reader.cancel()
    const status = (await (await get('/status')).json()) as DaemonStatus
    expect(status.requests).toMatchObject({ inFlight: [], total: 1, cancelled: 0 })
  })
})

describe('the books', () => {
  it('list a request while it runs', async () => {
    const { chat, engine, get } = testApp()
    engine.script = hang(() => {}, [{ type: 'text-delta', text: 'Hel' }])
    const response = await chat(streamed, { headers: { 'x-request-id': 'mine' } })
    const status = (await (await get('/status')).json()) as DaemonStatus
    expect(status.requests.inFlight).toEqual([{ id: 'mine', model: 'openai/gpt-5', stream: true, age: expect.any(Number) }])
    await response.body!.cancel()
  })

  it('get one record per request, without a word of the prompt', async () => {
    const { chat, records } = testApp()
    const usage = { input: 10, output: 4, cachedInput: 3, cacheWrites: 0, reasoning: 1, status: 'reported' }
    await (await chat({ ...hello, messages: [{ role: 'user', content: 'my secret' }] })).text()
    await until(() => records.length === 1)
    expect(records).toEqual([
      {
        requestId: expect.stringMatching(/^req_[0-9a-f]{32}$/),
        startedAt: expect.any(Number),
        method: 'POST',
        path: '/v1/chat/completions',
        route: '/v1/chat/completions',
        status: 200,
        client: { id: 'open', kind: 'open' },
        format: 'chat-completions',
        streamed: false,
        modelAsked: 'openai/gpt-5',
        model: 'openai/gpt-5',
        provider: 'openai',
        engine: 'run',
        lane: 'session',
        usage,
        attempts: [{ model: 'openai/gpt-5', provider: 'openai', engine: 'run', lane: 'session', calls: 1, retries: 0, usage }],
        times: { queued: expect.any(Number), firstToken: expect.any(Number), total: expect.any(Number) },
        outcome: { type: 'finished' },
      },
    ])
    expect(JSON.stringify(records)).not.toContain('secret')
  })
})
