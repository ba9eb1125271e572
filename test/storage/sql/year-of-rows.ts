import { createCalendar, DAY_MS } from '../../../src/core/calendar.ts'
import { idPrefix, type LedgerRow } from '../../../src/storage/ledger-store.ts'
import { Random } from '../../support/fuzz/random.ts'
import { T0 } from './ledger-row.ts'

/** Models with their share of the requests, and what a token costs in pico-dollars. */
const MODELS = [
  { model: 'anthropic/claude-sonnet', share: 30, input: 3_000_000n, output: 15_000_000n },
  { model: 'github-copilot/gpt-5-mini', share: 25, input: 250_000n, output: 2_000_000n },
  { model: 'openai/gpt-5.4', share: 15, input: 1_250_000n, output: 10_000_000n },
  { model: 'google/gemini-flash', share: 12, input: 300_000n, output: 2_500_000n },
  { model: 'opencode/deepseek-flash', share: 9, input: 140_000n, output: 280_000n },
  { model: 'openrouter/qwen-coder', share: 5, input: 220_000n, output: 950_000n },
  { model: 'groq/llama', share: 3, input: 590_000n, output: 790_000n },
  { model: 'ollama/own', share: 1, input: undefined, output: 0n },
] as const

const PROGRAMS = ['claude-cli', 'codex', 'opencode', 'OpenAI/JS', 'OpenAI/Python', 'curl']
const FORMATS = ['chat-completions', 'responses', 'anthropic-messages', 'gemini', 'ollama']
const KEYS = 40

/** What asked a few times when the year began, and never again: their pages are the furthest. */
export const RARE = { key: 'left-long-ago', model: 'anthropic/claude-retired', rows: 60 }

/** The rows of a year that ends at `T0`: each is a function of its number, so that what a page has to hold need not be kept. */
export function yearOfRows(count: number): YearOfRows {
  const dayOf = createCalendar('Europe/Berlin')
  const begin = T0 - 365 * DAY_MS
  const step = (T0 - begin) / count
  return {
    dayOf,
    row: (number) => rowAt(number, Math.floor(begin + number * step), dayOf),
    countBefore: (time) => Math.ceil((time - begin) / step),
  }
}

export interface YearOfRows {
  /** The oldest is 0. */
  row(number: number): LedgerRow
  /** How many rows are older than a Unix time in milliseconds. */
  countBefore(time: number): number
  dayOf(time: number): string
}

function rowAt(number: number, time: number, dayOf: (time: number) => string): LedgerRow {
  const random = new Random(number)
  const id =
    idPrefix(time) +
    number.toString(16).padStart(8, '0') +
    Math.floor(random.next() * 0xffffffff)
      .toString(16)
      .padStart(8, '0')
  const rare = number < RARE.rows
  // A few keys ask for most of it, and each has a program or two.
  const holder = Math.floor(KEYS * random.next() ** 2)
  const { model: usual, input: inputPrice, output: outputPrice } = modelAt(random.below(100))
  const model = rare ? RARE.model : usual
  const input = 200 + random.below(40_000)
  const cachedInput = random.chance(0.6) ? random.below(input) : 0
  const output = 20 + random.below(3_000)
  const failed = random.chance(0.02)
  const cancelled = !failed && random.chance(0.03)
  const cost = inputPrice === undefined ? undefined : BigInt(input) * inputPrice + BigInt(output) * outputPrice
  const price = { input: String((inputPrice ?? 0n) * 1_000_000n), output: String(outputPrice * 1_000_000n), cacheRead: String((inputPrice ?? 0n) * 100_000n) }
  return {
    id,
    requestId: `req_${id.slice(-16)}`,
    time,
    day: dayOf(time),
    final: true,
    client: `key:${holder}`,
    key: rare ? RARE.key : `team-${holder}`,
    program: PROGRAMS[(holder + (random.chance(0.2) ? 1 : 0)) % PROGRAMS.length]!,
    format: random.pick(FORMATS),
    route: '/v1/chat/completions',
    modelAsked: model.split('/')[1]!,
    model,
    provider: model.split('/')[0]!,
    engine: 'serve',
    lane: 'verbatim',
    usageStatus: failed ? 'none' : cancelled ? 'partial' : 'reported',
    calls: 1,
    retries: failed ? 2 : 0,
    input: failed ? 0 : input,
    cachedInput: failed ? 0 : cachedInput,
    cacheWrites: 0,
    output: failed ? 0 : output,
    reasoning: failed ? 0 : Math.floor(output / 3),
    ...(cost !== undefined && { cost: failed ? 0n : cost }),
    priceSource: cost === undefined ? '' : 'catalogue',
    price: cost === undefined ? '' : JSON.stringify({ rates: price }),
    billing: cost === undefined ? '' : model.startsWith('github-copilot') ? 'subscription' : 'metered',
    outcome: failed ? 'error' : cancelled ? 'cancelled' : 'finished',
    error: failed ? 'upstream_error' : '',
    status: failed ? 502 : 200,
    queued: 0.2,
    ...(!failed && { firstToken: 100 + random.below(3_000) }),
    duration: 500 + random.below(30_000),
  }
}

function modelAt(percent: number): (typeof MODELS)[number] {
  let below = 0
  return MODELS.find(({ share }) => percent < (below += share))!
}
