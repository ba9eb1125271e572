import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand } from 'citty'
import { CliError } from '../command-line/failure.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import type { Client } from '../daemon/client.ts'
import { requireRunning } from '../daemon/connect.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { print, printJson } from '../terminal/output.ts'
import { renderPlans } from '../terminal/plans-text.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { renderEntry, renderUsage } from '../terminal/usage-text.ts'

const FOLLOW_INTERVAL = 1_000

export default defineCommand({
  meta: { name: 'usage', description: 'Show what was used and what it cost' },
  args: {
    ...commonArgs,
    what: {
      type: 'positional',
      required: false,
      description: 'today, month (default), all; plans: what is used of providers’ plans; or export: each request of the ledger',
    },
    since: { type: 'string', valueHint: 'day', description: 'From this day on, as 2026-11-28' },
    until: { type: 'string', valueHint: 'day', description: 'Up to this day' },
    by: { type: 'string', valueHint: 'names', description: 'Told apart by day, model (default), provider, key, program or billing; several with commas' },
    json: { type: 'boolean', description: 'Print JSON' },
    csv: { type: 'boolean', description: 'Print each request of the ledger as CSV' },
    follow: { type: 'boolean', description: 'Print each request as it ends until Ctrl-C' },
  },
  async run({ args }): Promise<ExitCode> {
    const client = await requireRunning(await loadSettings(args))
    const { since, until, by = 'model', what = 'month', json = false, csv = false } = args
    if (args.follow) return interruptible((signal) => follow(client, json, signal))
    if (what === 'export' || csv) {
      const times = { ...(since !== undefined && { from: since }), ...(until !== undefined && { to: until }) }
      return interruptible(async (signal) => {
        for await (const piece of client.exportLedger({ ...times, format: json ? 'json' : 'csv' }, signal)) await print(piece, signal)
        return exitCodes.ok
      })
    }
    if (what === 'plans') {
      const { data } = await client.plans()
      await (json ? printJson(data) : print(renderPlans(data, Date.now())))
      return exitCodes.ok
    }
    if (!['today', 'month', 'all'].includes(what)) throw new CliError(`usage has no '${what}'`, { hint: 'one of today, month, all, plans, export' })
    const days = { ...(since === undefined ? { period: what } : { since }), ...(until !== undefined && { until }) }
    const report = await client.usage({ ...days, by }).finally(startSpinner('adding up'))
    await (json ? printJson(report) : print(renderUsage(report, process.stdout.isTTY ? process.stdout.columns : undefined)))
    return exitCodes.ok
  },
})

/** Those that end from now on. */
async function follow(client: Client, json: boolean, signal: AbortSignal): Promise<ExitCode> {
  // A request is filed under its arrival, and ends later.
  const query = { from: String(Date.now() - 60 * 60_000), limit: '1000' }
  const seen = new Set((await client.ledger(query)).data.map(({ id }) => id))
  while (!signal.aborted) {
    await sleep(FOLLOW_INTERVAL, undefined, { signal })
    const { data } = await client.ledger(query)
    for (const entry of data.toReversed()) {
      if (seen.has(entry.id)) continue
      seen.add(entry.id)
      await print(json ? `${JSON.stringify(entry)}\n` : renderEntry(entry), signal)
    }
  }
  return exitCodes.ok
}
