import { isIPv4 } from 'node:net'
import { needsProof } from '../access/options.ts'
import { ConfigError } from './error.ts'
import type { ConfigKey } from './fields.ts'
import { checkProviders } from './provider-blocks.ts'
import type { Config } from './schema.ts'

/** What every client can put into a header, and HTTP leaves as it is. */
const SENDABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** What no single setting can know: rules between two of them. */
export function checkRules(config: Config, sources: Record<ConfigKey, string>): void {
  if (config.minIdle > config.maxSize) {
    throw new ConfigError({
      key: 'minIdle',
      source: sources.minIdle,
      reason: `${config.minIdle} is more than maxSize, which is ${config.maxSize} (from ${sources.maxSize})`,
      allowed: `a whole number from 0 to ${config.maxSize}`,
    })
  }
  const unsendable = config.apiKeys.findIndex((key) => !SENDABLE.test(key))
  if (unsendable !== -1) {
    throw new ConfigError({
      key: 'apiKeys',
      source: sources.apiKeys,
      reason: `key ${unsendable + 1} has a character that clients cannot send in a header`,
      allowed: 'letters, digits and signs of ASCII, and spaces between them',
    })
  }
  checkProviders(config, sources)
  checkSearch(config, sources)
  if (!isLoopback(config.host) && !needsProof(config)) {
    throw new ConfigError({
      key: 'host',
      source: sources.host,
      reason: `"${config.host}" can be reached from other machines, and no API key is set; set OPENCODE_BRIDGE_API_KEY or --api-key-file`,
      allowed: 'without a key, 127.0.0.1, ::1 or localhost',
    })
  }
}

/** Where each of the services is, and by what it knows who asks. */
function checkSearch({ webSearch, webSearchUrl, webSearchKey }: Config, sources: Record<ConfigKey, string>): void {
  if (webSearchUrl !== undefined && !(URL.canParse(webSearchUrl) && /^https?:$/.test(new URL(webSearchUrl).protocol))) {
    throw new ConfigError({ key: 'webSearchUrl', source: sources.webSearchUrl, reason: 'it is no address', allowed: 'an http or https URL' })
  }
  const missing =
    webSearch === 'searxng' ? webSearchUrl === undefined && 'webSearchUrl' : webSearch !== undefined && webSearchKey === undefined && 'webSearchKey'
  if (missing === false) return
  throw new ConfigError({ key: 'webSearch', source: sources.webSearch, reason: `${webSearch} needs ${missing}`, allowed: `set ${missing}, too` })
}

function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
}
