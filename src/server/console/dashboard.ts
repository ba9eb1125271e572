import { readdirSync, readFileSync } from 'node:fs'
import type { H3Event } from 'h3'
import { BridgeError } from '../../core/errors.ts'
import type { Route } from '../route.ts'
import type { PageGuard } from './page-guard.ts'

/** Where `scripts/build.js` puts the page. The path is the same from src and from dist. */
const BUILT = new URL('../../../dist/ui/', import.meta.url)

/** Nothing of the page comes from elsewhere, and no code or style stands in it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No text becomes markup, not by a mistake of ours either.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const TYPES: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' }

/** The built files are beside their compressed forms. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** Answers with the dashboard. */
export type Dashboard = (event: H3Event) => Response

/** Makes it; the page is read when it is asked for first. */
export function createDashboard(guard: PageGuard): Dashboard {
  let html: string | undefined
  return (event) => {
    html ??= readBuilt('index.html').toString('utf8')
    // The cookie is of this start of the daemon, so no cache may have the page.
    return new Response(html, {
      headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', vary: 'accept', 'set-cookie': guard.cookie(event) },
    })
  }
}

/** The dashboard under a path of its own, and its files. They tell nothing of the daemon, so no key is needed. */
export function dashboardRoutes(dashboard: Dashboard): readonly Route[] {
  const common = { method: 'GET', tag: 'Bridge', auth: false } as const
  return [
    { ...common, path: '/ui', summary: 'Shows the dashboard', answers: ['text/html'], handler: dashboard },
    {
      ...common,
      path: '/ui/assets/:file',
      summary: 'A file of the dashboard',
      answers: Object.values(TYPES).map((type) => type.split(';')[0]!),
      handler: (event) => asset(event, event.context.params?.file ?? ''),
    },
  ]
}

/** Their names have a digest of what is in them, so they never change. */
function asset(event: H3Event, name: string): Response {
  const type = TYPES[name.split('.').at(-1)!]
  if (type === undefined || !readdirSync(new URL('assets/', BUILT)).includes(name)) {
    throw new BridgeError(`Unknown request URL: GET ${event.url.pathname}.`, { code: 'unknown_url', status: 404 })
  }
  const accepted = (event.req.headers.get('accept-encoding') ?? '').split(',').map((coding) => coding.split(';', 1)[0]!.trim())
  const [encoding, suffix] = ENCODINGS.find(([coding]) => accepted.includes(coding)) ?? []
  return new Response(readBuilt(`assets/${name}${suffix ?? ''}`), {
    headers: {
      ...HEADERS,
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(encoding && { 'content-encoding': encoding }),
    },
  })
}

/** @throws BridgeError 404 where it was not built, as in a checkout of the sources */
function readBuilt(path: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(new URL(path, BUILT)) as Buffer<ArrayBuffer>
  } catch (cause) {
    throw new BridgeError('The dashboard has not been built: run npm run build.', { code: 'not_built', status: 404, cause })
  }
}
