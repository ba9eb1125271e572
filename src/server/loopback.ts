import { isIPv4 } from 'node:net'

/**
 * Whether a host, as in a `Host` header or a URL, can only mean this machine.
 * @param host with or without a port; IPv6 in brackets
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true
  return isIPv4(name) && name.startsWith('127.')
}

/** Whether the page of an `Origin` header was served by this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const { protocol, host } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && isLoopbackHost(host)
}
