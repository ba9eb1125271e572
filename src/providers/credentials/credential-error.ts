import { BridgeError } from '../../core/errors.ts'
import { type CredentialSource, describeSource } from './source.ts'

/** The error of a secret that cannot be had. `why` must hold nothing of what the source gave. */
export function credentialError(source: CredentialSource, why: string): BridgeError {
  return new BridgeError(`The credential cannot be had: ${describeSource(source)} ${why}.`, { code: 'credential_failed', status: 502 })
}
