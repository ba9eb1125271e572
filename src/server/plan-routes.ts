import type { H3Event } from 'h3'
import type { ProviderLimits } from '../core/limits.ts'
import { CREDIT, formatDecimal } from '../core/money.ts'
import type { ProviderQuota } from '../core/provider-quota.ts'
import type { Books } from '../records/ledger/books.ts'
import type { PlanWindows, ToldWindows } from '../records/plan-windows.ts'
import type { UsageSum } from '../storage/ledger-store.ts'
import { requireOperator } from './console/operator.ts'
import type { PageGuard } from './console/page-guard.ts'
import type { Route } from './route.ts'

/** What is known of the providers' plans beside the books. */
export interface PlanSources {
  limits: Readonly<Record<string, ProviderLimits>>
  /** Asks providers that say what is left, by their ids. @throws Error that says why it is not known */
  quotas: Readonly<Record<string, () => Promise<ProviderQuota | undefined>>>
}

export interface PlanRoutesOptions {
  books?: Books
  plans?: PlanSources
  windows: PlanWindows
  guard: PageGuard
}

/** What is used of a provider's plan. */
export interface PlanReport {
  provider: string
  /** By the books; null where there are none. */
  today: PlanUse | null
  month: PlanUse | null
  /** Of `providerLimits`; null without. */
  limits: ProviderLimits | null
  /** What its answers said last. */
  windows: ToldWindows | null
  /** What it says itself when it is asked; null where it cannot be. */
  told: ProviderQuota | { error: string } | null
}

export interface PlanUse {
  requests: number
  /** USD, and the cents that GitHub counts in; null where nobody knows. */
  cost: string | null
  credits: string | null
  /** Whether it is all. */
  cost_complete: boolean
}

export function planRoutes(options: PlanRoutesOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/usage/plans',
      summary: 'Tells what is used of the providers’ plans',
      tag: 'Bridge',
      auth: true,
      handler: (event) => plans(event, options),
    },
  ]
}

async function plans(event: H3Event, { books, plans: sources, windows, guard }: PlanRoutesOptions): Promise<{ object: 'list'; data: PlanReport[] }> {
  requireOperator(event, guard)
  const { limits = {}, quotas = {} } = sources ?? {}
  const told = new Map(
    await Promise.all(
      Object.entries(quotas).map(async ([provider, ask]) => [provider, await ask().catch((error: unknown) => ({ error: (error as Error).message }))] as const),
    ),
  )
  const month = await uses(books, (today) => `${today.slice(0, 7)}-01`)
  const today = await uses(books, (day) => day)
  const billed = [...month].filter(([, { plan }]) => plan).map(([provider]) => provider)
  const providers = new Set([
    ...Object.keys(limits),
    ...windows.told().keys(),
    ...[...told].filter(([, quota]) => quota).map(([provider]) => provider),
    ...billed,
  ])
  const none = books ? { requests: 0, cost: '0', credits: '0', cost_complete: true } : null
  const data = [...providers].toSorted().map((provider) => ({
    provider,
    today: today.get(provider)?.use ?? none,
    month: month.get(provider)?.use ?? none,
    limits: limits[provider] ?? null,
    windows: windows.told().get(provider) ?? null,
    told: told.get(provider) ?? null,
  }))
  return { object: 'list', data }
}

/** By provider, since a day up to today. */
async function uses(books: Books | undefined, since: (today: string) => string): Promise<Map<string, { use: PlanUse; plan: boolean }>> {
  if (!books) return new Map()
  const to = books.dayOf(Date.now())
  const sums = await books.store.sum({ from: since(to), to, by: ['provider', 'billing'] })
  const byProvider = group(sums)
  return new Map(
    Array.from(byProvider, ([provider, of]) => [provider, { use: toUse(of), plan: of.some(({ group: { billing } }) => billing === 'subscription') }]),
  )
}

function group(sums: readonly UsageSum[]): Map<string, UsageSum[]> {
  const groups = new Map<string, UsageSum[]>()
  for (const sum of sums) groups.set(sum.group.provider!, [...(groups.get(sum.group.provider!) ?? []), sum])
  return groups
}

function toUse(sums: readonly UsageSum[]): PlanUse {
  const total = (of: (sum: UsageSum) => number) => sums.reduce((all, sum) => all + of(sum), 0)
  const cost = sums.reduce((all, sum) => all + sum.cost, 0n)
  const unpriced = total((sum) => sum.unpriced)
  const known = cost > 0n || unpriced === 0
  return {
    requests: total((sum) => sum.requests),
    cost: known ? formatDecimal(cost) : null,
    credits: known ? formatDecimal((cost * 10n ** 12n) / CREDIT) : null,
    cost_complete: unpriced + total((sum) => sum.partial) === 0,
  }
}
