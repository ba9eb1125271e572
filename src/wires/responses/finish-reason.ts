import type { FinishReason } from '../../core/answer-event.ts'
import { incompleteError } from '../shared/incomplete-error.ts'
import { errorInAnswer } from '../shared/provider-error.ts'

/**
 * Why a response ended, but for the calls that it may have made.
 * @param response the object of an answer that is over
 * @throws BridgeError the error of a response that failed, 502 `upstream_incomplete` for one that was cancelled
 */
export function toFinishReason(response: Record<string, any>): FinishReason {
  switch (response.status) {
    case 'failed':
      throw errorInAnswer({ error: response.error ?? {} })
    case 'cancelled':
      throw incompleteError('cancelled')
    case 'incomplete':
      return response.incomplete_details?.reason === 'content_filter' ? 'content-filter' : 'length'
    default:
      return 'stop'
  }
}
