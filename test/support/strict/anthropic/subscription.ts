import { randomUUID } from 'node:crypto'
import { isRecord, type Json, parsed } from '../check.ts'
import { Refusal } from '../refusal.ts'
import { type RotatingTokens, rotatingTokens } from '../rotating-tokens.ts'
import type { Reply, Wire, WireRequest } from '../wire.ts'
import { anthropicFailure, anthropicRefusal } from './errors.ts'

/** The id of Claude Code, under which its login asks for tokens: the constant of `opencode-anthropic-auth`. */
const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e'
const ACCESS_SECONDS = 8 * 3600

/** How every system prompt of Claude Code begins; calls with a subscription's token are taken from it alone. */
export const CLAUDE_CODE = "You are Claude Code, Anthropic's official CLI for Claude."

/** A subscription to Claude: one user, whose tokens rotate at every refresh. */
export interface Subscription extends RotatingTokens {
  /** `console.anthropic.com/v1/oauth`. */
  readonly wire: Wire
}

export function startSubscription(): Subscription {
  const tokens = rotatingTokens(
    () => `sk-ant-oat01-${randomUUID()}`,
    () => `sk-ant-ort01-${randomUUID()}`,
  )
  return Object.assign(Object.create(tokens) as RotatingTokens, { wire: { handle: refresh, failure: anthropicFailure } })

  function refresh({ path, text }: WireRequest): Reply {
    const form = parsed(text)
    if (path !== '/token' || !isRecord(form)) throw refusal('invalid_request', 'Invalid request format', 400)
    if (form.grant_type !== 'refresh_token') throw refusal('unsupported_grant_type', `Unsupported grant type: ${form.grant_type}`, 400)
    if (form.client_id !== CLIENT_ID) throw refusal('invalid_client', 'Client not found', 401)
    if (tokens.refresh(String(form.refresh_token)) !== undefined) throw refusal('invalid_grant', 'Refresh token not found or invalid', 400)
    const { accessToken, refreshToken } = tokens
    return {
      status: 200,
      json: { token_type: 'Bearer', access_token: accessToken, refresh_token: refreshToken, expires_in: ACCESS_SECONDS, scope: 'user:inference user:profile' },
    }
  }
}

/** What public reports say of calls with such a token: the beta has to be named, and the caller has to be Claude Code. */
export function checkSubscription(token: string, { headers, body }: WireRequest, subscription: RotatingTokens): void {
  if (!subscription.accepts(token)) throw anthropicRefusal('token', 'OAuth token has expired. Please obtain a new token or refresh your existing token.', 401)
  if (!String(headers['anthropic-beta']).includes('oauth-2025-04-20'))
    throw anthropicRefusal('oauth-beta', 'OAuth authentication is currently not supported.', 401)
  const system = isRecord(body) ? (body as Json).system : undefined
  const first = Array.isArray(system) ? (system[0] as { text?: unknown } | undefined)?.text : system
  if (first !== CLAUDE_CODE)
    throw anthropicRefusal('claude-code', 'This credential is only authorized for use with Claude Code and cannot be used for other API requests.')
}

function refusal(error: string, description: string, status: number): Refusal {
  return new Refusal(`subscription/${error}`, status, description, { error, error_description: description })
}
