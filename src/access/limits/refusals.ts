import { BridgeError } from '../../core/errors.ts'
import { formatDecimal } from '../../core/money.ts'
import type { Metered } from './claims.ts'
import { METERS } from './meters.ts'

/** Milliseconds until a place may be free. */
const PLACE = 1000

/** Why a request is refused: by what keeps it out the longest, money before all else. */
export function refusalOf(refused: readonly Metered[], now: number): BridgeError {
  const worst = refused.toSorted((one, other) => rank(other) - rank(one))[0]!
  const { meter, limit, amount, window } = worst
  const { unit } = METERS[meter]
  if (unit === 'cost') return quotaError(worst)
  if (unit === 'tokens' && amount > limit) {
    return new BridgeError(
      `The request may take ${amount} tokens, of which its most output is a part; the limit is ${limit} (${meter}). Ask for fewer with a smaller maximum of output.`,
      { code: 'request_too_large', status: 413 },
    )
  }
  const retryAfter = unit === 'running' ? PLACE : Math.max(1, window.end - now)
  return new BridgeError(`Rate limit reached: ${limit} ${WORDS[unit]} (${meter}). Try again in ${Math.ceil(retryAfter / 1000)} s.`, {
    code: 'rate_limit_exceeded',
    status: 429,
    retryAfter,
  })
}

const WORDS = { requests: 'requests', tokens: 'tokens', running: 'requests at a time' } as const

function quotaError({ meter, limit, amount }: Metered): BridgeError {
  const most = amount > limit ? ` The request alone may cost ${formatDecimal(amount)} USD; a smaller maximum of output costs less.` : ''
  return new BridgeError(`You exceeded your current quota: ${formatDecimal(limit)} USD (${meter}).${most}`, { code: 'insufficient_quota', status: 429 })
}

function rank({ meter, window }: Metered): number {
  return METERS[meter].unit === 'cost' ? Number.MAX_SAFE_INTEGER : window.end === Number.POSITIVE_INFINITY ? 0 : window.end
}

export function modelRefused(model: string): BridgeError {
  return new BridgeError(`The model '${model}' is not among those that you may use.`, { code: 'model_not_allowed', status: 403, param: 'model' })
}

export function routeRefused(path: string): BridgeError {
  return new BridgeError(`${path} is not among the routes that you may use.`, { code: 'route_not_allowed', status: 403 })
}

/** Nobody can hold a limit in money to a price that nobody knows. */
export function priceUnknown(model: string): BridgeError {
  return new BridgeError(
    `Nobody knows what '${model}' costs, so no limit in money can be kept. A price in \`pricingOverrides\` (0 is one) or \`limitsPolicy\` \`open\` lets it through.`,
    { code: 'price_unknown', status: 403, param: 'model' },
  )
}

export function limitsUnknown(cause: unknown): BridgeError {
  return new BridgeError('The bridge cannot tell at the moment what you may still use: its database does not answer.', {
    code: 'limits_unavailable',
    status: 503,
    retryAfter: PLACE,
    cause,
  })
}
