import { leadsInside } from './private-address.ts'

/** As many as browsers follow. */
const MAX_REDIRECTS = 20

const IS_GUARDED = Symbol('follows no redirect from outside to inside')

type Fetch = typeof globalThis.fetch

/**
 * A `fetch` that follows a redirect from the internet to nothing that the internet does not reach: what an agent may
 * fetch is checked by its URL, and a page elsewhere could send it on to this machine. Only what is followed without a
 * body is looked at, which is all that agents' tools fetch by an address of the model's.
 */
export function guardRedirects(fetch: Fetch): Fetch {
  if (IS_GUARDED in fetch) return fetch
  const guarded = async (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> => {
    const request = { method: 'GET', redirect: 'follow', ...(input instanceof Request ? { method: input.method, redirect: input.redirect } : {}), ...init }
    if (request.redirect !== 'follow' || !/^(?:GET|HEAD)$/i.test(request.method)) return fetch(input, init)
    let target: Parameters<Fetch>[0] = input
    for (let followed = 0; followed <= MAX_REDIRECTS; followed++) {
      const response = await fetch(target, { ...init, redirect: 'manual' })
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) return response
      const from: string = target instanceof Request ? target.url : String(target)
      const to = new URL(location, from).href
      if (!(await leadsInside(from)) && (await leadsInside(to)))
        throw new TypeError('A rule of the bridge prevents this call: the page leads to an address inside.')
      await response.body?.cancel()
      target = input instanceof Request ? new Request(to, { method: input.method, headers: withoutSecrets(from, to, input.headers), signal: input.signal }) : to
      if (init?.headers !== undefined) init = { ...init, headers: withoutSecrets(from, to, new Headers(init.headers)) }
    }
    throw new TypeError('There were too many redirects.')
  }
  return Object.assign(guarded, fetch, { [IS_GUARDED]: true }) as Fetch
}

/** Another site gets no login, as `fetch` itself has it. */
function withoutSecrets(from: string, to: string, headers: Headers): Headers {
  const kept = new Headers(headers)
  if (new URL(from).origin !== new URL(to).origin) for (const name of ['authorization', 'cookie', 'proxy-authorization']) kept.delete(name)
  return kept
}
