import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RequestRecord } from '../../src/records/record.ts'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { say, type Script, stepped, USAGE } from '../support/upstream.ts'

let bridge: Bridge
beforeAll(async () => {
  bridge = await startBridge({ config: { engine: 'serve', retryDelay: 10, aliases: { best: ['test/down', 'test/model'] } }, models: { model: {}, down: {} } })
})
afterAll(() => bridge.close())

const LANES = ['verbatim', 'translated', 'session'] as const
const messages = [{ role: 'user', content: 'hi' }]

const down: Script = ({ response }) => {
  response.writeHead(503, { 'content-type': 'application/json' })
  response.end('{"error":{"message":"Down."}}')
}

const KINDS: Record<string, (lane: string) => Promise<unknown>> = {
  whole: (lane) => ask(lane, {}),
  streamed: (lane) => ask(lane, { stream: true }),
  'two choices': (lane) => ask(lane === 'verbatim' ? 'auto' : lane, { n: 2 }),
  repeated: (lane) => {
    let first = true
    bridge.upstream.answer((call, number) => {
      const script = first ? down : say(['one', 'two'])
      first = false
      return script(call, number)
    })
    return ask(lane, { stream: true })
  },
  fallback: (lane) => ask(lane, { model: 'best', stream: true }),
  cancelled: async (lane) => {
    const { script, next } = stepped([{ content: 'one' }, { content: 'two' }, { content: 'three' }])
    bridge.upstream.answer(script)
    const gone = new AbortController()
    const response = bridge.chat({ messages, stream: true }, { headers: headers(lane), signal: gone.signal })
    next()
    const reader = (await response).body!.getReader()
    await reader.read()
    gone.abort()
    await reader.read().catch(() => {})
  },
}

const headers = (lane: string) => ({ 'content-type': 'application/json', 'x-bridge-lane': lane })

async function ask(lane: string, fields: object): Promise<void> {
  const response = await bridge.chat({ messages, ...fields }, { headers: headers(lane) })
  expect(response.status).toBe(200)
  const text = await response.text()
  // The client has not asked for it.
  if ('stream' in fields) expect(text).not.toContain('"choices":[],')
}

test('records have what the upstream reported, or say that they have a part of it', { timeout: 300_000 }, async () => {
  for (const lane of LANES) {
    for (const [kind, run] of Object.entries(KINDS)) {
      bridge.upstream.answer(say(['one', 'two']))
      bridge.upstream.answerFor('down', down)
      bridge.records.length = bridge.upstream.calls.length = 0
      await run(lane)
      await until(() => bridge.records.some(({ method }) => method === 'POST'))
      const record = bridge.records.find(({ method }) => method === 'POST')!
      check(record, kind, `${kind}, ${lane}`)
    }
  }
})

function check(record: RequestRecord, kind: string, what: string): void {
  const { usage, attempts, outcome, engine } = record
  expect(engine, what).toBe('serve')
  expect(outcome.type, what).toBe(kind === 'cancelled' ? 'cancelled' : 'finished')
  expect(attempts.length, what).toBe(kind === 'fallback' ? 2 : 1)
  if (kind === 'cancelled') return expect(usage, what).toMatchObject({ status: 'none', input: 0 })
  const calls = kind === 'two choices' ? 2 : 1
  expect(usage, what).toEqual({
    status: 'reported',
    input: USAGE.prompt_tokens * calls,
    output: USAGE.completion_tokens * calls,
    cachedInput: 4 * calls,
    cacheWrites: 0,
    reasoning: 5 * calls,
  })
  expect(attempts.at(-1)!.retries, what).toBe(kind === 'repeated' ? 1 : 0)
}
