import OpenAI from 'openai'

/** The statuses and codes of a provider's failures, and the class by which the openai package throws each. */
export const OPENAI_FAILURES: [status: number, code: string, kind: Function][] = [
  [400, 'context_length_exceeded', OpenAI.BadRequestError],
  [401, 'invalid_api_key', OpenAI.AuthenticationError],
  [403, 'country_not_supported', OpenAI.PermissionDeniedError],
  [404, 'model_not_found', OpenAI.NotFoundError],
  [429, 'rate_limit_exceeded', OpenAI.RateLimitError],
  [503, 'overloaded', OpenAI.InternalServerError],
]
