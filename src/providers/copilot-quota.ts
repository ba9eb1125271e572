import { boundedText } from '../core/bounded-text.ts'
import type { ProviderQuota } from '../core/provider-quota.ts'
import { type CopilotLogin, readCopilotLogin } from './credentials/copilot-login.ts'

/** Milliseconds; GitHub is asked no more often. */
const FRESH = 5 * 60_000
const TIMEOUT = 10_000
const MAX_BYTES = 1024 * 1024

export interface CopilotQuotaOptions {
  env: Readonly<Record<string, string | undefined>>
  /** Where the API of a host is. */
  urlOf?(host: string | undefined): string
  now?(): number
}

/**
 * What GitHub says that is left of Copilot, by the address that its own editors ask and documents nowhere: it is for
 * people to look at, and decides nothing.
 * @returns undefined without a login
 * @throws Error that says why it is not known
 */
export function createCopilotQuota({ env, urlOf = apiOf, now = Date.now }: CopilotQuotaOptions): () => Promise<ProviderQuota | undefined> {
  let known: { at: number; quota: Promise<ProviderQuota | undefined> } | undefined
  return () => {
    if (known === undefined || now() - known.at >= FRESH) {
      const quota = readCopilotLogin(env).then((login) => login && ask(login, urlOf(login.host)))
      known = { at: now(), quota }
    }
    return known.quota
  }
}

function apiOf(host: string | undefined): string {
  return `https://api.${host ?? 'github.com'}`
}

async function ask({ token }: CopilotLogin, api: string): Promise<ProviderQuota> {
  const response = await fetch(`${api}/copilot_internal/user`, {
    headers: { authorization: `token ${token}`, accept: 'application/json', 'user-agent': 'opencode-bridge' },
    // The token is for nobody else.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  })
  if (!response.ok) throw new Error(`GitHub answered ${response.status}`)
  return parseCopilotUser(JSON.parse(await boundedText(response.body, MAX_BYTES)))
}

/** @throws Error for what is no such answer */
export function parseCopilotUser(user: unknown): ProviderQuota {
  if (!isObject(user) || !isObject(user.quota_snapshots)) throw new Error('GitHub named no quotas')
  const { copilot_plan: plan, quota_reset_date: resetsAt } = user
  return {
    ...(typeof plan === 'string' && { plan }),
    ...(typeof resetsAt === 'string' && { resetsAt }),
    quotas: Object.entries(user.quota_snapshots).flatMap(([name, quota]) => {
      if (!isObject(quota)) return []
      const { unlimited, entitlement, remaining, percent_remaining: percentRemaining } = quota
      return [
        {
          name,
          unlimited: unlimited === true,
          ...(typeof entitlement === 'number' && { entitlement }),
          ...(typeof remaining === 'number' && { remaining }),
          ...(typeof percentRemaining === 'number' && { percentRemaining }),
        },
      ]
    }),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
