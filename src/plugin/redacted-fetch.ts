import { isObject } from '../core/json-value.ts'
import type { Redactor } from '../redaction/redactor.ts'
import type { RedactRule } from '../redaction/rule.ts'

type Fetch = typeof globalThis.fetch

/**
 * Replaces in every JSON that leaves this process what the rules find. The daemon does so in what it asks by itself; what
 * opencode's own agents read, run and add reaches their provider from here.
 */
export function redactFetch(original: Fetch, rules: readonly RedactRule[]): Fetch {
  let loaded: Promise<Redactor> | undefined
  const redacted = async (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> => {
    const body = typeof init?.body === 'string' ? parsed(init.body) : undefined
    if (!isObject(body)) return original(input, init)
    // Most processes never call from here.
    const { value, count } = await (await (loaded ??= load(rules))).redact(body)
    if (count === 0) return original(input, init)
    const headers = new Headers(init!.headers)
    headers.delete('content-length')
    return original(input, { ...init, headers, body: JSON.stringify(value) })
  }
  return Object.assign(redacted, original)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function load(rules: readonly RedactRule[]): Promise<Redactor> {
  const { Redactor } = await import('../redaction/redactor.ts')
  return new Redactor(rules)
}
