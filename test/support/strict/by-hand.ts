import type { WireName } from './bases.ts'
import type { Json } from './check.ts'
import type { StrictProvider } from './provider.ts'

/** Requests that tests make by hand, with the login that the wire wants. */
export interface HandMade {
  wire: WireName
  /** Below the wire's base. */
  path: string
  body: Json
  headers?: Record<string, string>
  tag?: string
}

export interface Answered {
  status: number
  json: Json
  text: string
  headers: Headers
}

/** Sends it, and reads the answer to its end. */
export async function send(provider: StrictProvider, { wire, path, body, headers = {}, tag }: HandMade): Promise<Answered> {
  const response = await fetch(provider.base(wire, tag) + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...loginOf(provider, wire), ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : {}, headers: response.headers }
}

/** The headers of a good call. */
export function loginOf({ key, copilotToken, oauth }: StrictProvider, wire: WireName): Record<string, string> {
  switch (wire) {
    case 'anthropic':
      return { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
    case 'gemini':
      return { 'x-goog-api-key': key }
    case 'copilot':
      return { authorization: `Bearer ${copilotToken}`, 'x-github-api-version': '2026-06-01', 'openai-intent': 'conversation-edits', 'x-initiator': 'user' }
    case 'chatgpt':
      return { authorization: `Bearer ${oauth.accessToken}`, 'chatgpt-account-id': oauth.accountId }
    default:
      return { authorization: `Bearer ${key}` }
  }
}

/** A tool's schema, and the tool in the form of each wire. */
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const DESCRIPTION = 'Says what the weather is like.'

export const TOOLS = {
  chat: [{ type: 'function', function: { name: 'get_weather', description: DESCRIPTION, parameters: SCHEMA } }],
  responses: [{ type: 'function', name: 'get_weather', description: DESCRIPTION, parameters: SCHEMA, strict: false }],
  anthropic: [{ name: 'get_weather', description: DESCRIPTION, input_schema: SCHEMA }],
  gemini: [
    {
      functionDeclarations: [
        { name: 'get_weather', description: DESCRIPTION, parameters: { ...SCHEMA, type: 'OBJECT', properties: { city: { type: 'STRING' } } } },
      ],
    },
  ],
}

/** A copy that `change` may alter. */
export function altered<Body extends Json>(body: Body, change: (copy: any) => void): Body {
  const copy = structuredClone(body)
  change(copy)
  return copy
}

/** Base64 with one byte changed, of the same length. */
export function tampered(token: string): string {
  const bytes = Buffer.from(token, 'base64')
  bytes[5]! ^= 1
  return bytes.toString('base64')
}
