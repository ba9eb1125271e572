import type { H3Event } from 'h3'
import { BridgeError } from '../../core/errors.ts'
import { clientOf } from '../admit.ts'
import type { PageGuard } from './page-guard.ts'

/**
 * Lets those in who run the daemon: who has a key of the configuration or its password, and on a daemon without keys
 * whoever may ask it at all. A key of `key create` and a token of somebody else's are a client's, who sees nothing of others.
 * @throws BridgeError 403
 */
export function requireOperator(event: H3Event, guard: PageGuard): void {
  guard.check(event)
  const { kind, name } = clientOf(event)
  if (kind !== 'token' && name === undefined) return
  throw new BridgeError(
    "This is for whoever runs the daemon: it takes a key of its configuration, or its password. What was asked with yours is at '/v1/usage'.",
    {
      code: 'operator_only',
      status: 403,
    },
  )
}
