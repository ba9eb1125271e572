/** Every address of this machine is bound; these are the ones that a client on it can call. */
const REACHABLE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where a daemon that listens on `host` can be reached from this machine. */
export function baseUrl(host: string, port: number): string {
  const name = REACHABLE[host] ?? host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
