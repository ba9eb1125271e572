import type { IncomingHttpHeaders } from 'node:http'
import { isRecord, type Json } from '../check.ts'
import { Refusal } from '../refusal.ts'

/** GitHub's gateway refuses in plain words. */
export function copilotRefusal(rule: string, status: number, message: string, code?: string): Refusal {
  return new Refusal(`copilot/${rule}`, status, message, code === undefined ? `${message}\n` : { error: { message, code } })
}

/** The login, as opencode has it: GitHub's own OAuth token, without an exchange. */
export function checkLogin(headers: IncomingHttpHeaders, token: string): void {
  const given = /^Bearer (gho_\w+)$/.exec(headers.authorization ?? '')?.[1]
  if (given === undefined) throw copilotRefusal('login', 401, 'unauthorized: token not present')
  if (given !== token) throw copilotRefusal('login', 401, 'unauthorized: AuthenticateToken authentication failed')
  requireHeader(headers, 'x-github-api-version', /^\d{4}-\d\d-\d\d$/)
}

/** What a call of a model has beside the login. */
export function checkCallHeaders(headers: IncomingHttpHeaders, body: unknown): void {
  requireHeader(headers, 'openai-intent', /^conversation-/)
  requireHeader(headers, 'x-initiator', /^(user|agent)$/)
  if (hasImage(body) && headers['copilot-vision-request'] !== 'true')
    throw copilotRefusal('vision', 400, 'missing required Copilot-Vision-Request header for vision requests')
}

function requireHeader(headers: IncomingHttpHeaders, name: string, form: RegExp): void {
  const value = headers[name]
  if (value === undefined) throw copilotRefusal('header', 400, `bad request: missing required ${name} header`)
  if (!form.test(String(value))) throw copilotRefusal('header', 400, `bad request: invalid ${name} header`)
}

/** Whether any part of any message is an image, in the words of any of the three wires. */
function hasImage(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasImage)
  if (!isRecord(value)) return false
  const { messages, input, content, output, type }: Json = value
  return ['image_url', 'input_image', 'image'].includes(type) || [messages, input, content, output].some(hasImage)
}
