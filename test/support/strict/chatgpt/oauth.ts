import { randomUUID } from 'node:crypto'
import { isRecord, parsed } from '../check.ts'
import { Refusal } from '../refusal.ts'
import { type RotatingTokens, rotatingTokens } from '../rotating-tokens.ts'
import type { Reply, Wire, WireRequest } from '../wire.ts'

/** The id under which opencode asks for tokens; its constant in the binary. */
const CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'
const ACCESS_SECONDS = 3600

/** The accounts of a loopback ChatGPT: one user, whose tokens rotate at every refresh. */
export interface OAuth extends RotatingTokens {
  readonly accountId: string
  readonly wire: Wire
}

export function startOAuth(): OAuth {
  const accountId = randomUUID()
  const tokens = rotatingTokens(() => jwt(accountId))
  const wire: Wire = {
    handle: refresh,
    failure: (status) => ({ error: { message: 'The server had an error.', type: 'server_error', param: null, code: String(status) } }),
  }
  return Object.assign(Object.create(tokens) as RotatingTokens, { accountId, wire })

  function refresh(request: WireRequest): Reply {
    if (request.path !== '/token') throw refusal('path', 404, 'Not Found', 'not_found')
    const form = formOf(request)
    if (form.grant_type !== 'refresh_token') throw refusal('grant', 400, `Unsupported grant type: ${form.grant_type}`, 'unsupported_grant_type')
    if (form.client_id !== CLIENT_ID) throw refusal('client', 401, 'Invalid client', 'invalid_client')
    const refused = tokens.refresh(form.refresh_token ?? '')
    if (refused === 'used')
      throw refusal(
        'reused',
        401,
        'Your refresh token has already been used to generate a new access token. Please try signing in again.',
        'refresh_token_reused',
      )
    if (refused === 'unknown') throw refusal('unknown', 401, 'Could not validate your refresh token. Please try signing in again.', 'refresh_token_invalidated')
    const { accessToken, refreshToken } = tokens
    return {
      status: 200,
      json: { id_token: jwt(accountId), access_token: accessToken, refresh_token: refreshToken, expires_in: ACCESS_SECONDS, token_type: 'Bearer' },
    }
  }
}

/** A form, as opencode sends it, or JSON, as Codex does. */
function formOf({ text, headers }: WireRequest): Record<string, string | undefined> {
  if (!String(headers['content-type']).includes('json')) return Object.fromEntries(new URLSearchParams(text))
  const body = parsed(text)
  return isRecord(body) ? body : {}
}

function refusal(rule: string, status: number, message: string, code: string): Refusal {
  return new Refusal(`oauth/${rule}`, status, message, { error: { message, type: 'invalid_request_error', param: null, code } })
}

/** A token in the form of a JWT with the claims that opencode reads; its signature is checked by nobody but `accepts`. */
function jwt(chatgpt_account_id: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + ACCESS_SECONDS
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ exp, jti: randomUUID(), 'https://api.openai.com/auth': { chatgpt_account_id, chatgpt_plan_type: 'plus' } })}.${randomUUID()}`
}
