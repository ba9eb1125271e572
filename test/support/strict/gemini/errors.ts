import { Refusal } from '../refusal.ts'

const STATUSES: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
}

const MESSAGES: Record<number, string> = {
  400: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
  429: 'You exceeded your current quota, please check your plan and billing details.',
  500: 'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  503: 'The model is overloaded. Please try again later.',
}

/** Google's envelope: https://ai.google.dev/api/rest/v1beta/Status */
export function geminiRefusal(rule: string, message: string, code = 400, details: object[] = []): Refusal {
  return new Refusal(`gemini/${rule}`, code, message, geminiError(code, message, details))
}

export function geminiError(code: number, message: string, details: object[] = []) {
  return { error: { code, message, status: STATUSES[code] ?? 'UNKNOWN', ...(details.length > 0 ? { details } : {}) } }
}

export function geminiFailure(status: number) {
  return geminiError(status, MESSAGES[status] ?? `The request failed with status ${status}.`)
}

/** A field that is not in the message's definition; `at` is a path, none at the top. */
export function unknownName(name: string, at = ''): Refusal {
  const where = at === '' ? '' : ` at '${at}'`
  const description = `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`
  return geminiRefusal('unknown-field', description, 400, [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ ...(at === '' ? {} : { field: at }), description }] },
  ])
}

export function invalidValue(at: string, type: string, value: unknown): Refusal {
  return geminiRefusal('type', `Invalid value at '${at}' (${type}), ${JSON.stringify(value)}`)
}
