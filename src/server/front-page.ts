import type { H3Event } from 'h3'
import type { Dashboard } from './console/dashboard.ts'
import type { Route } from './route.ts'

/** What to point clients at, and where to read on. */
interface FrontPage {
  name: 'opencode-bridge'
  version: string
  description: string
  /** By whose API the client speaks. */
  base_urls: Record<'openai' | 'anthropic' | 'gemini' | 'ollama', string>
  documentation: { swagger: string; redoc: string; openapi: string }
  health: string
  /** Whether requests need a key. */
  authentication: 'none' | 'key'
}

export interface FrontPageOptions {
  version: string
  asksForKeys: boolean
  /** For browsers. */
  dashboard: Dashboard
}

const DESCRIPTION = 'The models of opencode behind the APIs of OpenAI, Anthropic, Google and Ollama.'

/** `GET /`: says what answers here to programs, and is the dashboard in a browser. It tells nothing of the daemon but its version, so no key is needed. */
export const frontPage = ({ dashboard, ...options }: FrontPageOptions): Route => ({
  method: 'GET',
  path: '/',
  summary: 'Says what this is, and where the documentation is; the dashboard in a browser',
  tag: 'Bridge',
  auth: false,
  answers: ['application/json', 'text/html'],
  handler: (event) => (wantsHtml(event) ? dashboard(event) : describe(event, options)),
})

function describe({ url: { origin } }: H3Event, { version, asksForKeys }: Omit<FrontPageOptions, 'dashboard'>): FrontPage {
  return {
    name: 'opencode-bridge',
    version,
    description: DESCRIPTION,
    base_urls: { openai: `${origin}/v1`, anthropic: origin, gemini: origin, ollama: origin },
    documentation: { swagger: `${origin}/docs`, redoc: `${origin}/redoc`, openapi: `${origin}/openapi.json` },
    health: `${origin}/health`,
    authentication: asksForKeys ? 'key' : 'none',
  }
}

/** As browsers ask; programs take anything, or JSON. */
function wantsHtml({ req }: H3Event): boolean {
  return req.headers.get('accept')?.includes('text/html') ?? false
}
