import type { Environment } from './user-folders.ts'

/**
 * The names under which this machine is itself. IPv6 in both spellings: Bun compares with the brackets of a URL (1.3.14),
 * others without.
 */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]']

/**
 * What makes programs reach this machine itself without a proxy that the environment names: it could not reach it, and
 * would see what is none of its business. What the user excepts stays excepted; all else goes through the proxy as before.
 * @returns the variables to set, in both spellings: programs differ in which of them comes first
 */
export function directLoopback({ NO_PROXY, no_proxy }: Environment): { NO_PROXY: string; no_proxy: string } {
  return { NO_PROXY: withLoopback(NO_PROXY || no_proxy), no_proxy: withLoopback(no_proxy || NO_PROXY) }
}

function withLoopback(list = ''): string {
  // Alone it stands for every host; with others beside it some programs take it for a name.
  if (list.trim() === '*') return list
  const named = list.split(',').map((name) => name.trim())
  return [...(list === '' ? [] : [list]), ...LOOPBACK.filter((name) => !named.includes(name))].join(',')
}
