/** Where the vendors' own addresses lead to on the server: the beginning of a path there and here. */
const ROUTES: [host: string, from: string, to: string][] = [
  ['api.githubcopilot.com', '/', '/copilot/'],
  ['chatgpt.com', '/', '/chatgpt/'],
  ['auth.openai.com', '/oauth/', '/oauth/'],
  ['api.openai.com', '/v1/chat/', '/chat/v1/chat/'],
  ['api.openai.com', '/v1/', '/responses/v1/'],
  ['api.anthropic.com', '/', '/anthropic/'],
  ['console.anthropic.com', '/v1/oauth/', '/subscription/'],
  ['generativelanguage.googleapis.com', '/', '/gemini/'],
  ['openrouter.ai', '/api/', '/openrouter/'],
  ['api.deepseek.com', '/', '/deepseek/v1/'],
]

export const VENDOR_HOSTS = [...new Set(ROUTES.map(([host]) => host))]

/** The server's path for one of a vendor's; undefined where the server plays no such vendor. */
export function pathOnServer(host: string, path: string): string | undefined {
  const route = ROUTES.find(([known, from]) => known === host && path.startsWith(from))
  return route && route[2] + path.slice(route[1].length)
}
