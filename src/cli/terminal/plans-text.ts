import type { PlanReport, PlanUse } from '../../server/plan-routes.ts'
import { visibleLine } from '../../core/visible-text.ts'
import { formatDuration, formatTable } from './format.ts'
import { formatCost } from '../../core/money.ts'

/** What is used of providers' plans, for people: by the books, by the limits, and by what the providers say. */
export function renderPlans(plans: readonly PlanReport[], now: number): string {
  if (plans.length === 0) return 'No plan is used, and no provider has limits (providerLimits).\n'
  return plans.map((plan) => `${renderPlan(plan, now)}\n`).join('\n')
}

function renderPlan({ provider, today, month, limits, windows, told }: PlanReport, now: number): string {
  const name = provider.startsWith('github-copilot') ? 'GitHub' : provider
  const rows = [
    ...(today ? [['today', renderUse(today, limits?.costPerDay)]] : []),
    ...(month ? [['this month', renderUse(month, limits?.costPerMonth)]] : []),
    ...(told && 'error' in told ? [[`as ${name} says`, `unknown: ${told.error}`]] : []),
    ...(told && 'quotas' in told
      ? told.quotas.map((quota) => [
          `as ${name} says`,
          `${quota.name}: ${renderQuota(quota)}${told.resetsAt === undefined ? '' : `, whole again ${told.resetsAt}`}`,
        ])
      : []),
    ...Object.entries(windows?.headers ?? {}).map(([header, value]) => [header, `${value} (${formatDuration(Math.max(0, now - windows!.at))} ago)`]),
  ]
  return [provider, formatTable(rows.map((row) => row.map((cell) => visibleLine(cell))))].join('\n')
}

function renderUse({ requests, cost, credits, cost_complete }: PlanUse, limit: string | undefined): string {
  const most = limit === undefined ? '' : ` of ${limit} (${Math.floor((Number(cost ?? 0) / Number(limit)) * 100)} %)`
  const amount = cost === null ? '-' : `${formatCost(cost)}${most} USD, ${Number(credits).toLocaleString('en', { maximumFractionDigits: 2 })} credits`
  return `${amount}${cost_complete || cost === null ? '' : ' +'}, ${requests.toLocaleString('en')} requests`
}

type Quota = Extract<NonNullable<PlanReport['told']>, { quotas: unknown }>['quotas'][number]

function renderQuota({ unlimited, entitlement, remaining, percentRemaining }: Quota): string {
  if (unlimited) return 'unlimited'
  const share = percentRemaining === undefined ? '' : ` (${percentRemaining} %)`
  return `${remaining ?? '?'} of ${entitlement ?? '?'} left${share}`
}
