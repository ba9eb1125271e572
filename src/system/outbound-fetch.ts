import type { EnvHttpProxyAgent } from 'undici'
import { directLoopback } from './direct-loopback.ts'

export type Fetch = typeof globalThis.fetch

type Environment = Readonly<Record<string, string | undefined>>

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/

/**
 * A `fetch` that goes through the proxy that the environment names, as other programs do and Node's own (20.19) does not:
 * `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in either spelling. This machine itself is never reached through one.
 */
export function outboundFetch(env: Environment): Fetch {
  const httpProxy = env.http_proxy || env.HTTP_PROXY
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY
  if (!httpProxy && !httpsProxy) return globalThis.fetch
  let proxied: Promise<Fetch> | undefined
  return async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : String(input))
    if (LOOPBACK.test(hostname)) return fetch(input, init)
    proxied ??= through({ httpProxy, httpsProxy, noProxy: directLoopback(env).no_proxy })
    return (await proxied)(input, init)
  }
}

type Proxies = Pick<EnvHttpProxyAgent.Options, 'httpProxy' | 'httpsProxy' | 'noProxy'>

/** @throws TypeError that does not repeat an address, which may hold a password */
async function through({ httpProxy, httpsProxy, noProxy }: Proxies): Promise<Fetch> {
  for (const [name, proxy] of Object.entries({ HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy })) {
    if (proxy && !/^https?:$/.test(URL.canParse(proxy) ? new URL(proxy).protocol : '')) throw new TypeError(`${name} is no address of an HTTP proxy`)
  }
  // Late: most have no proxy.
  const { EnvHttpProxyAgent, fetch: fetchThrough } = await import('undici')
  const dispatcher = new EnvHttpProxyAgent({
    ...(httpProxy && { httpProxy }),
    ...(httpsProxy && { httpsProxy }),
    noProxy: noProxy ?? '',
    // Many proxies take CONNECT for TLS only.
    proxyTunnel: false,
  })
  // The types of the package and of Node's own copy of it are not the same.
  return (input, init) =>
    fetchThrough(String(input instanceof Request ? input.url : input), { ...(init as object), dispatcher }) as unknown as Promise<Response>
}
