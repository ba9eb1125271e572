import { BridgeError } from '../../core/errors.ts'

/** The error of an answer that broke off, or whose provider gave it up; `why` is the provider's word for it. */
export function incompleteError(why?: string): BridgeError {
  const reason = why === undefined ? 'without saying why' : `with '${why}'`
  return new BridgeError(`The provider ended its answer ${reason}, so it may be incomplete.`, { code: 'upstream_incomplete', status: 502 })
}
