import type { DryCall, DryCalls } from './dry-calls.ts'
import { REQUEST_HEADER } from './provider-fetch.ts'

type Fetch = typeof globalThis.fetch

export interface RepeatOptions {
  /** As it would have left the process. */
  call: DryCall
  /** The provider's own `fetch`, where its login has one. */
  login: Fetch | undefined
  /** Base URLs that the call may have had before the login got it. */
  bases: (string | undefined)[]
  dry: DryCalls
}

/** A call as it is to be handed to `fetch`. */
export interface RepeatedCall {
  url: string
  headers: [string, string][]
  /** The `fetch` that it is to be handed to, and whether that hands answers on as they are; undefined for the process's. */
  login: { fetch: Fetch; passesOn: boolean } | undefined
  /** In lower case. */
  loginHeaders: string[]
}

/** Of vendors whose packages know their own address. */
const VENDORS = ['https://api.openai.com/v1', 'https://api.anthropic.com/v1', 'https://generativelanguage.googleapis.com/v1beta']

/** Every call has them. */
const COMMON: ReadonlySet<string> = new Set(['content-type', 'content-length', 'accept', 'accept-encoding', 'connection', 'host'])

/**
 * Finds what to hand to a login's `fetch` for the call to leave the process as opencode's did. The login adds a token
 * that it refreshes, and headers that it makes from the body, so those are left to it: whatever it adds to an empty
 * call is its own. What was found is tried before it is believed.
 * @throws Error where no such call leads to the same
 */
export async function repeatThroughLogin({ call, login, bases, dry }: RepeatOptions): Promise<RepeatedCall> {
  if (typeof login !== 'function') {
    return { url: call.url, headers: entries(call.headers), login: undefined, loginHeaders: [] }
  }
  for (const url of [...addresses(call.url, bases), call.url]) {
    const empty = await dryCall(login, dry, url, [], call.body)
    if (empty.call?.url !== call.url) continue
    const added = empty.call.headers
    const loginHeaders = [...added.keys()].filter((name) => !COMMON.has(name) && call.headers.has(name))
    const headers = entries(call.headers).flatMap(([name, value]): [string, string][] => {
      const own = loginHeaders.includes(name) ? without(value, added.get(name)!) : value
      return own === '' ? [] : [[name, own]]
    })
    const again = await dryCall(login, dry, url, headers, call.body)
    if (again.call?.url === call.url && sameNames(again.call.headers, call.headers))
      return { url, headers, login: { fetch: login, passesOn: again.passedOn }, loginHeaders }
  }
  throw new Error('the provider’s login changes calls in a way that cannot be repeated')
}

/** Where the same path would be below each base. */
function addresses(url: string, bases: (string | undefined)[]): string[] {
  const path = /\/(chat\/completions|responses|messages|models\/[^/]+:\w+)(\?.*)?$/.exec(url)?.[0]
  if (path === undefined) return []
  return [...bases, ...VENDORS].flatMap((base) => (base ? [base.replace(/\/$/, '') + path] : []))
}

async function dryCall(
  login: Fetch,
  dry: DryCalls,
  url: string,
  headers: [string, string][],
  body: string,
): Promise<{ call: DryCall | undefined; passedOn: boolean }> {
  const mark = dry.expect('passed')
  const init = { method: 'POST', headers: { ...Object.fromEntries(headers), 'content-type': 'application/json', [REQUEST_HEADER]: mark }, body }
  const response = await login(url, init).catch(() => undefined)
  const call = dry.finish(mark)
  return { call, passedOn: call !== undefined && response === call.answer }
}

/** One that opencode and the login both have, as one list or in another case of letters, was put together. */
function without(value: string, added: string): string {
  const items = new Set(added.split(',').map((item) => item.trim()))
  return value
    .split(',')
    .filter((item) => !items.has(item.trim()))
    .join(',')
    .trim()
}

function entries(headers: Headers): [string, string][] {
  return [...headers].filter(([name]) => !COMMON.has(name))
}

function sameNames(one: Headers, other: Headers): boolean {
  const names = (headers: Headers) =>
    entries(headers)
      .map(([name]) => name)
      .join()
  return names(one) === names(other)
}
