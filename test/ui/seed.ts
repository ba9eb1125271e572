import { sql } from 'kysely'
import { idPrefix, type LedgerRow } from '../../src/storage/ledger-store.ts'
import { sqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../src/storage/sql/ledger-store.ts'
import { ledgerRow } from '../storage/sql/ledger-row.ts'

const DAY = 24 * 60 * 60_000
const MODELS = ['openai/gpt-5', 'anthropic/claude-sonnet-4-5', 'github-copilot/gpt-5-mini', 'google/gemini-3-pro', 'ollama/qwen3-coder']
const PROGRAMS = ['codex', 'claude-cli', 'opencode', 'OpenAI/Python', 'aider']
const KEYS = ['laptop', 'ci', 'team-web']

/**
 * Fills a ledger with a month of a small team, and with as many rows of long ago as are wanted.
 * @param old rows that only the pages of the ledger have, copied in the database itself
 */
export async function seedLedger(path: string, old: number): Promise<void> {
  const database = sqlDatabase({ url: path })
  try {
    const rows = Array.from({ length: 600 }, (_, index) => rowOf(index))
    await sqlLedgerStore(database).append(rows)
    const db = await database.writer()
    const { rows: columns } = await sql<{ name: string }>`select name from pragma_table_info('ledger')`.execute(db)
    const copied = columns.map(({ name }) => name).filter((name) => name !== 'id' && name !== 'request_id')
    const names = sql.join(copied.map((name) => sql.ref(name)))
    await sql`
      insert into ledger (id, request_id, ${names})
      with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${old})
      select printf('%012x%016x', ${Date.now() - 40 * DAY} - n * 1000, n), 'old-' || n, ${names}
      from numbers, (select * from ledger order by id limit 1)`.execute(db)
  } finally {
    await database.close()
  }
}

/** The same each time, but for the day. */
function rowOf(index: number): LedgerRow {
  const random = (most: number, salt: number) => (((index + 1) * (salt * 7919 + 104_729)) % 10_007) % most
  const time = Date.now() - random(27, 1) * DAY - random(DAY / 1000, 2) * 1000 - 60_000
  const model = MODELS[Math.min(random(7, 3), 4)]!
  const failed = random(29, 4) === 0
  const input = 800 + random(9000, 5)
  return ledgerRow({
    id: idPrefix(time) + index.toString(16).padStart(16, '0'),
    requestId: `seed-${index}`,
    time,
    day: new Date(time).toISOString().slice(0, 10),
    key: KEYS[random(3, 6)]!,
    client: `named:${KEYS[random(3, 6)]!}`,
    program: PROGRAMS[random(5, 7)]!,
    model,
    modelAsked: model,
    provider: model.split('/')[0]!,
    input,
    cachedInput: Math.floor(input * 0.6),
    output: failed ? 0 : 100 + random(1400, 8),
    cost: model.startsWith('ollama') ? 0n : BigInt(input) * 2_500_000n + BigInt(random(1500, 8)) * 10_000_000n,
    firstToken: 140 + random(900, 9),
    duration: 2000 + random(9000, 10),
    queued: random(8, 11),
    ...(failed && { outcome: 'error', error: 'rate_limit_exceeded', status: 429 }),
  })
}
