import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientFormat } from '../contract/client-format.ts'
import { FormatClient } from '../contract/client.ts'
import { chatCompletions } from '../contract/formats/chat-completions.ts'
import { gemini } from '../contract/formats/gemini.ts'
import { messages } from '../contract/formats/messages.ts'
import { ollama } from '../contract/formats/ollama.ts'
import { responses } from '../contract/formats/responses.ts'
import { databaseKinds, type TestDatabase } from '../storage/sql/databases.ts'
import { type Account, addTokens, billingProvider, type Kind, KINDS, markOf, NO_TOKENS, TellingGate, type Tokens } from '../support/billing-provider.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { Random } from '../support/fuzz/random.ts'
import { until } from '../support/until.ts'

/** Of each database. `LEDGER_REQUESTS=60` is a quick look. */
const REQUESTS = Number(process.env.LEDGER_REQUESTS ?? 500)
/** What a process was told when it is killed at that very moment, nobody else knows. */
const ANYTIME_REQUESTS = Math.ceil(REQUESTS / 4)
const CONCURRENCY = 6
const KILL_EVERY = 25
const FORMATS = [chatCompletions, responses, messages, gemini, ollama]
/** A process for each request takes seconds to start. */
const ENGINES = { auto: 0.45, serve: 0.5, run: 0.05 } as const
type EngineName = keyof typeof ENGINES
const names = Object.keys(ENGINES) as EngineName[]

/** Pico-dollars. */
const PRICES = { input: 3_000_000n, cached: 300_000n, output: 15_000_000n }

/** A row of `GET /v1/usage/export`. */
interface Row extends Tokens {
  request_id: string
  final: boolean
  usage_status: string
  calls: number
  retries: number
  cost: string | null
  outcome: string
  engine: string
  lane: string
}

type End = 'answered' | 'failed' | 'cancelled'

/** A request as it was asked, and what became of it. */
interface Asked {
  number: number
  kind: Kind
  what: string
  end: End
}

describe.each(databaseKinds)('three daemons of three engines keep one ledger in %s', (kind, start) => {
  let server: TestDatabase
  const bridges = {} as Record<EngineName, Bridge>
  const accounts = new Map<number, Account>()
  const gate = new TellingGate()
  const asked: Asked[] = []

  beforeAll(async () => {
    server = await start()
    const pricingOverrides = ['model', 'down'].map((pattern) => ({
      id: pattern,
      scope_kind: 'provider' as const,
      provider_id: 'test',
      match_type: 'exact' as const,
      pattern,
      pricing_patch: JSON.stringify({ input_cost_per_token: 3e-6, cache_read_input_token_cost: 3e-7, output_cost_per_token: 1.5e-5 }),
    }))
    for (const engine of names) {
      bridges[engine] = await startBridge({
        config: {
          engine,
          database: server.url,
          pricingOverrides,
          maxQueue: 1000,
          minIdle: engine === 'run' ? 0 : 1,
          maxSize: 2,
          maxRetries: 1,
          retryDelay: 10,
          aliases: { best: ['test/down', 'test/model'] },
        },
        models: { model: { reasoning: true }, down: {} },
      })
      bridges[engine].upstream.answer(billingProvider(accounts, gate))
    }
  }, 600_000)

  afterAll(async () => {
    await Promise.all(Object.values(bridges).map((bridge) => bridge.close()))
    await server?.stop()
  }, 600_000)

  /** Asks for the requests of the numbers, some at a time, and kills a process at every so-manyth. @returns how many were killed */
  async function askAll(from: number, to: number, kill: () => Promise<number>): Promise<number> {
    let next = from
    // One after the other: each opens the gate again.
    let killed = Promise.resolve(0)
    const client = async () => {
      while (next < to) {
        const number = next++
        if (number % KILL_EVERY === KILL_EVERY - 1) await (killed = killed.then(async (count) => count + (await kill())))
        asked.push(await ask(bridges, number))
        // What is kept of the calls is the upstreams' memory, not the daemons'.
        for (const { upstream } of Object.values(bridges)) upstream.calls.length = 0
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, client))
    return killed
  }

  const usage = async (): Promise<any> => (await fetch(`${bridges.serve.url}/v1/usage?period=all`)).json()

  /** All rows, which each say what the provider told of their requests, or that they do not know all of it. */
  async function checkedRows(killed: number): Promise<Row[]> {
    await until(async () => (await usage()).total.requests >= asked.length)
    const text = await (await fetch(`${bridges.auto.url}/v1/usage/export?format=json`)).text()
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
    print(kind, { asked, rows, accounts, killed })
    expect(
      asked.flatMap((one) =>
        faultsOf(
          one,
          rows.filter(({ request_id: id }) => id === idOf(one.number)),
          accounts.get(one.number),
        ),
      ),
    ).toEqual([])
    return rows
  }

  test('it has all that the provider has told, with processes killed amid their answers', { timeout: 3_600_000 }, async () => {
    const killed = await askAll(0, REQUESTS, async () => {
      gate.close()
      // What was told gets to the daemon, and then what is held back is lost.
      await sleep(1000)
      const count = await killBusiest(Object.values(bridges))
      await sleep(300)
      gate.open()
      return count
    })
    expect(killed).toBeGreaterThan(0)
    await checkedRows(killed)
    const { total } = await usage()
    expect(total).toMatchObject(sumOf([...accounts.values()].map(({ told }) => told)))
  })

  test('it says where it may have a part of it, with processes killed at any moment', { timeout: 3_600_000 }, async () => {
    const rows = await checkedRows(await askAll(REQUESTS, REQUESTS + ANYTIME_REQUESTS, () => killBusiest(Object.values(bridges))))
    const { total } = await usage()
    expect(total.requests).toBe(asked.length)
    expect(total).toMatchObject(sumOf(rows))
    expect(toPico(total.cost)).toBe(rows.reduce((sum, { cost }) => sum + toPico(cost), 0n))
    expect(total.cost_complete).toBe(rows.every(({ usage_status: status, calls }) => status === 'reported' || calls === 0))
  })
})

const idOf = (number: number) => `mixed-${number}`

/** What the numbers of a request ask for: by the same number always the same. */
function choose(number: number): { kind: Kind; format: ClientFormat; engine: EngineName; stream: boolean; lane: string } {
  const random = new Random(number)
  const kind = random.pick(KINDS)
  let rest = random.next()
  return {
    kind,
    // No other format asks for several answers.
    format: kind === 'choices' ? chatCompletions : random.pick(FORMATS),
    engine: names.find((name) => (rest -= ENGINES[name]) < 0) ?? 'serve',
    stream: kind === 'cancelled' || random.chance(0.5),
    lane: kind !== 'choices' && random.chance(0.15) ? 'session' : 'auto',
  }
}

async function ask(bridges: Record<EngineName, Bridge>, number: number): Promise<Asked> {
  const { kind, format, engine, stream, lane } = choose(number)
  const bridge = bridges[engine]
  const request = {
    turns: [{ role: 'user' as const, parts: [{ type: 'text' as const, text: `Hi ${markOf(number, kind)}` }] }],
    ...(kind === 'tool' && {
      tools: [{ name: 'weather', description: 'The weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }],
    }),
    maxTokens: 2000,
    stream,
  }
  const { path, body } = format.encode(request)
  const named = (text: string) => (kind === 'fallback' ? text.replace('test/model', 'best') : text)
  const controller = new AbortController()
  const one = { number, kind, what: `${number}: ${kind}, ${format.name}, ${engine}, ${lane}${stream ? ', streamed' : ''}` }
  try {
    const response = await fetch(bridge.url + named(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': idOf(number), 'x-bridge-lane': lane },
      body: named(JSON.stringify({ ...body, ...(kind === 'choices' && { n: 2 }) })),
      signal: AbortSignal.any([controller.signal, AbortSignal.timeout(180_000)]),
    })
    if (kind === 'cancelled' && response.ok) {
      await response.body!.getReader().read()
      controller.abort()
      return { ...one, end: 'cancelled' }
    }
    return { ...one, end: (await isWhole(new FormatClient(bridge, format), format, response, stream)) ? 'answered' : 'failed' }
  } catch (error) {
    if (!controller.signal.aborted) throw new Error(one.what, { cause: error })
    return { ...one, end: 'cancelled' }
  }
}

async function isWhole(client: FormatClient, format: ClientFormat, response: Response, stream: boolean): Promise<boolean> {
  if (!response.ok || !stream) {
    const body = await response.json()
    return response.ok && format.decodeAnswer(body).stop !== undefined
  }
  let last
  for await (const answer of client.follow(response)) last = answer
  return last?.stop !== undefined && last.error === undefined
}

/** What is wrong with the rows of a request, in words. */
function faultsOf({ what, kind, end }: Asked, rows: Row[], account: Account | undefined): string[] {
  const told = account?.told ?? NO_TOKENS
  const sum = sumOf(rows)
  const reported = rows.every(({ usage_status: status }) => status === 'reported')
  const retries = rows.reduce((total, row) => total + row.retries, 0)
  const cut = account?.cut ?? 0
  const faults: [boolean, string][] = [
    [rows.filter(({ final }) => final).length !== 1, 'has not one last row'],
    [reported && JSON.stringify(sum) !== JSON.stringify(told), `has ${JSON.stringify(sum)} of ${JSON.stringify(told)}`],
    [reported && cut > retries, 'says nothing of an answer that was cut off'],
    [(Object.keys(told) as (keyof Tokens)[]).some((name) => sum[name] > told[name]), `has more than ${JSON.stringify(told)}`],
    // Of a model that it fell back from because its process was killed, nobody knows.
    [
      end === 'answered' && retries === 0 && rows.some(({ final, usage_status: status }) => final && status !== 'reported'),
      'is no longer sure of a whole answer',
    ],
    [end === 'answered' && ['refused', 'broken'].includes(kind), 'cannot have been answered'],
    [reported && rows.reduce((total, { cost }) => total + toPico(cost), 0n) !== costOf(told), 'costs something else'],
    [kind === 'fallback' && end === 'answered' && rows.length !== 2, 'has not a row for each model'],
  ]
  return faults.flatMap(([is, fault]) => (is ? [`${what}: ${fault}; ${JSON.stringify({ account, rows: rows.map(brief) })}`] : []))
}

function brief({ usage_status, outcome, calls, retries, engine, lane }: Row): object {
  return { usage_status, outcome, calls, retries, engine, lane }
}

function sumOf(rows: readonly Tokens[]): Tokens {
  return rows.reduce(addTokens, NO_TOKENS)
}

function costOf({ input_tokens, cached_input_tokens, output_tokens }: Tokens): bigint {
  return BigInt(input_tokens - cached_input_tokens) * PRICES.input + BigInt(cached_input_tokens) * PRICES.cached + BigInt(output_tokens) * PRICES.output
}

/** Of USD as a decimal text; nothing for what nobody knows. */
function toPico(dollars: string | null): bigint {
  const [whole, fraction = ''] = (dollars ?? '0').split('.')
  return BigInt(whole! + fraction.padEnd(12, '0'))
}

/** @returns how many were killed */
async function killBusiest(bridges: readonly Bridge[]): Promise<number> {
  const statuses = await Promise.all(bridges.map((bridge) => bridge.status()))
  const processes = statuses.flatMap(({ engine }) => engine.processes as { pid: number; requests: number }[])
  const [busiest] = processes.toSorted((one, other) => other.requests - one.requests)
  if (!busiest) return 0
  process.kill(busiest.pid, 'SIGKILL')
  return 1
}

function print(kind: string, { asked, rows, accounts, killed }: { asked: Asked[]; rows: Row[]; accounts: Map<number, Account>; killed: number }): void {
  const tally = (words: readonly string[]) => Object.fromEntries([...new Set(words)].map((word) => [word, words.filter((other) => other === word).length]))
  console.log(`${kind}: ${asked.length} requests, ${killed} processes killed:`, {
    kinds: tally(asked.map((one) => one.kind)),
    ends: tally(asked.map(({ end }) => end)),
    engines: tally(rows.map(({ engine }) => engine)),
    lanes: tally(rows.map(({ lane }) => lane)),
    rows: tally(rows.map(({ usage_status: status }) => status)),
    provider: sumOf([...accounts.values()].map(({ told }) => told)),
    ledger: sumOf(rows),
  })
}
