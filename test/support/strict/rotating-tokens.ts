import { randomUUID } from 'node:crypto'

/** The tokens of one user, which rotate at every refresh. */
export interface RotatingTokens {
  /** The token that the next refresh has to bring. */
  readonly refreshToken: string
  /** How often it was refreshed. */
  readonly refreshes: number
  /** The token that is good now. */
  readonly accessToken: string
  /** Whether this access token is good now. */
  accepts(accessToken: string): boolean
  /** Makes the access token stale, as its time would. */
  expire(): void
}

export interface TokenSource extends RotatingTokens {
  /** Makes new ones for a refresh token; or says why not. */
  refresh(given: string): 'used' | 'unknown' | undefined
}

export function rotatingTokens(newAccessToken: () => string, newRefreshToken: () => string = () => `rt_${randomUUID()}`): TokenSource {
  const used = new Set<string>()
  let refreshToken = newRefreshToken()
  let accessToken = newAccessToken()
  let stale = false
  let refreshes = 0
  return {
    get refreshToken() {
      return refreshToken
    },
    get accessToken() {
      return accessToken
    },
    get refreshes() {
      return refreshes
    },
    accepts: (token) => token === accessToken && !stale,
    expire: () => {
      stale = true
    },
    refresh: (given) => {
      if (used.has(given)) return 'used'
      if (given !== refreshToken) return 'unknown'
      used.add(refreshToken)
      refreshToken = newRefreshToken()
      accessToken = newAccessToken()
      stale = false
      refreshes += 1
      return undefined
    },
  }
}
