/** The base path of each wire, as an SDK is configured with it. */
const BASES = {
  chat: '/chat/v1',
  deepseek: '/deepseek/v1',
  openrouter: '/openrouter/v1',
  responses: '/responses/v1',
  anthropic: '/anthropic/v1',
  gemini: '/gemini/v1beta',
  copilot: '/copilot',
  chatgpt: '/chatgpt',
  oauth: '/oauth',
  subscription: '/subscription',
} as const

export type WireName = keyof typeof BASES

/** With a tag it is another provider of the same vendor. */
export function basePath(wire: WireName, tag?: string): string {
  return BASES[wire].replace(wire, tag === undefined ? wire : `${wire}~${tag}`)
}

export interface Place {
  wire: WireName
  /** The first segment, with its tag. */
  provider: string
  /** Below the base. */
  path: string
}

/** Which wire a path of the server belongs to. */
export function placeOf(pathname: string): Place | undefined {
  const provider = pathname.split('/')[1] ?? ''
  const [wire, tag] = provider.split('~') as [WireName, string?]
  if (!(wire in BASES)) return undefined
  const base = basePath(wire, tag)
  return pathname.startsWith(`${base}/`) ? { wire, provider, path: pathname.slice(base.length) } : undefined
}
