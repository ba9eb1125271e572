import { BridgeError, type ErrorCode } from '../core/errors.ts'
import type { FrameError } from '../plugin/contract.ts'

/** What the provider's own error body says, in whichever of the common shapes it comes. */
interface ProviderError {
  message?: string
  type?: string
  code?: string
  param?: string
}

/** Makes the client's error of a failed request: the provider's status, type, code, message and `Retry-After`. */
export function toUpstreamError(error: FrameError): BridgeError {
  const provider = parseProviderError(error.body)
  const status = error.status ?? 502
  const message = provider.message ?? error.message
  return new BridgeError(message, {
    code: toCode(error, provider, status),
    // A failure without an answer of the provider's, or one that opencode met on the way, is the gateway's.
    status: status >= 400 ? status : 502,
    ...(provider.param === undefined ? {} : { param: provider.param }),
    ...(provider.type === undefined ? {} : { type: provider.type }),
    ...(toMilliseconds(error.retryAfter) === undefined ? {} : { retryAfter: toMilliseconds(error.retryAfter)! }),
  })
}

function toCode(error: FrameError, provider: ProviderError, status: number): ErrorCode {
  // opencode takes every 413 for a prompt that is too long; the provider may have meant its bytes.
  if (status === 413 && provider.code) return provider.code
  if (error.name === 'ContextOverflowError') return 'context_length_exceeded'
  if (error.name === 'ContentFilterError') return 'content_filter'
  if (provider.code) return provider.code
  if (status === 401) return 'invalid_api_key'
  if (status === 429) return provider.type === 'insufficient_quota' ? 'insufficient_quota' : 'rate_limit_exceeded'
  if (error.message.startsWith('Model not found')) return 'model_not_found'
  return 'upstream_error'
}

function parseProviderError(body: string | undefined): ProviderError {
  if (!body) return {}
  try {
    const parsed = JSON.parse(body) as { error?: unknown; message?: unknown }
    const error = (typeof parsed.error === 'object' && parsed.error !== null ? parsed.error : parsed) as Record<string, unknown>
    const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)
    return {
      ...pick('message', text(error.message) ?? text(parsed.error)),
      ...pick('type', text(error.type)),
      ...pick('code', text(error.code)),
      ...pick('param', text(error.param)),
    }
  } catch {
    // A proxy's HTML page, say.
    return {}
  }
}

function pick<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: string })
}

function toMilliseconds(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined
  const seconds = Number(retryAfter)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Math.max(0, Date.parse(retryAfter) - Date.now()) || undefined
  // Some answer with a time that has passed.
  return milliseconds === undefined || milliseconds < 0 ? undefined : milliseconds
}
