import { newId } from '../wire.ts'
import { Refusal } from '../refusal.ts'

const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'api_error',
  529: 'overloaded_error',
}

const MESSAGES: Record<number, string> = {
  400: 'prompt is too long: 201000 tokens > 200000 maximum',
  401: 'invalid x-api-key',
  429: "This request would exceed your account's rate limit. Please try again later.",
  500: 'Internal server error',
  529: 'Overloaded',
}

/** Anthropic's envelope: https://platform.claude.com/docs/en/api/errors */
export function anthropicRefusal(rule: string, message: string, status = 400): Refusal {
  return new Refusal(`anthropic/${rule}`, status, message, anthropicError(status, message))
}

export function anthropicError(status: number, message: string) {
  return { type: 'error', error: { type: TYPES[status] ?? 'api_error', message }, request_id: newId('req_') }
}

export function anthropicFailure(status: number) {
  return anthropicError(status, MESSAGES[status] ?? `The request failed with status ${status}.`)
}

export function extraInput(path: string): Refusal {
  return anthropicRefusal('unknown-field', `${path}: Extra inputs are not permitted`)
}

export function required(path: string): Refusal {
  return anthropicRefusal('missing', `${path}: Field required`)
}

export function invalid(path: string, message: string): Refusal {
  return anthropicRefusal('type', `${path}: ${message}`)
}
