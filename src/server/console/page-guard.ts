import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { H3Event } from 'h3'
import { type AccessOptions, needsProof } from '../../access/options.ts'
import { BridgeError } from '../../core/errors.ts'

/**
 * Keeps what runs the daemon from every web page but its own. Where keys are asked for, one that a page has to send by
 * itself is the proof. Where none are, a browser's request has to come from the daemon's own origin, which other programs of
 * this machine that serve pages are not, and with the cookie that only its own page is given. Programs that are no browser
 * may do what they could do anyway.
 */
export class PageGuard {
  readonly #asksForKeys: boolean
  /** One for each start. */
  readonly #secret = randomBytes(32).toString('base64url')

  constructor(access: AccessOptions) {
    this.#asksForKeys = needsProof(access)
  }

  get asksForKeys(): boolean {
    return this.#asksForKeys
  }

  /** The value of `Set-Cookie` beside the page. */
  cookie(event: H3Event): string {
    return `${cookieName(event)}=${this.#secret}; Path=/; HttpOnly; SameSite=Strict`
  }

  /** @throws BridgeError 403 */
  check(event: H3Event): void {
    const { headers } = event.req
    const origin = headers.get('origin')
    const site = headers.get('sec-fetch-site')
    if (origin === null && site === null) return
    // A browser adds a password that it knows by itself.
    if (this.#asksForKeys && !/^basic\s/i.test(headers.get('authorization') ?? '')) return
    const own = origin === null || hostOf(origin) === (headers.get('host') ?? event.url.host)
    if (!own || (site !== null && site !== 'same-origin' && site !== 'none')) throw refusal('forbidden_origin', 'This is for the page of the daemon itself.')
    // `none` is what somebody typed into the address bar, which changes nothing.
    const typed = site === 'none' && origin === null
    if (this.#asksForKeys || typed || this.#hasCookie(event)) return
    throw refusal('page_expired', 'The page is from another start of the daemon. Load /ui again.')
  }

  #hasCookie(event: H3Event): boolean {
    const name = cookieName(event)
    const given = (event.req.headers.get('cookie') ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .find((pair) => pair.startsWith(`${name}=`))
    const [told, secret] = [Buffer.from(given?.slice(name.length + 1) ?? ''), Buffer.from(this.#secret)]
    return told.length === secret.length && timingSafeEqual(told, secret)
  }
}

/** Cookies have no port, so that of another daemon on this machine has another name. */
function cookieName({ req, url }: H3Event): string {
  return `ocb-page-${/:(\d+)$/.exec(req.headers.get('host') ?? url.host)?.[1] ?? 'default'}`
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function refusal(code: string, message: string): BridgeError {
  return new BridgeError(message, { code, status: 403 })
}
