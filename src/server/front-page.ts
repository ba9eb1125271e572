import type { H3Event } from 'h3'
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
}

const DESCRIPTION = 'The models of opencode behind the APIs of OpenAI, Anthropic, Google and Ollama.'

/** `GET /`: says what answers here, to people and to programs. It tells nothing of the daemon but its version, so no key is needed. */
export const frontPage = (version: string): Route => ({
  method: 'GET',
  path: '/',
  summary: 'Says what this is, and where the documentation is',
  tag: 'Bridge',
  auth: false,
  answers: ['application/json', 'text/html'],
  handler: (event) => (wantsHtml(event) ? respond(asHtml(describe(event, version))) : describe(event, version)),
})

function describe({ url: { origin } }: H3Event, version: string): FrontPage {
  return {
    name: 'opencode-bridge',
    version,
    description: DESCRIPTION,
    base_urls: { openai: `${origin}/v1`, anthropic: origin, gemini: origin, ollama: origin },
    documentation: { swagger: `${origin}/docs`, redoc: `${origin}/redoc`, openapi: `${origin}/openapi.json` },
    health: `${origin}/health`,
  }
}

/** As browsers ask; programs take anything, or JSON. */
function wantsHtml({ req }: H3Event): boolean {
  return req.headers.get('accept')?.includes('text/html') ?? false
}

/** Links are paths, so that nothing of the request stands in the page. */
function asHtml({ name, version, description }: FrontPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<link rel="icon" href="data:,">
</head>
<body>
<h1>${name} ${version}</h1>
<p>${description}</p>
<ul>
<li><a href="/docs">Swagger UI</a>, <a href="/redoc">Redoc</a>, <a href="/openapi.json">openapi.json</a></li>
<li>Base URL of clients of OpenAI's API: this address and <code>/v1</code>; of Anthropic's, of Google's and of Ollama's: this address</li>
<li><a href="/health">Health</a></li>
</ul>
</body>
</html>
`
}

function respond(html: string): Response {
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; img-src data:; frame-ancestors 'none'",
      vary: 'accept',
    },
  })
}
