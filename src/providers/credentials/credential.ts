import { readFileCredential } from './file-credential.ts'
import { CommandCredential, type CommandCredentialOptions } from './command-credential.ts'
import { credentialError } from './credential-error.ts'
import type { CredentialSource, VariableSource } from './source.ts'
import { toSecret } from './read-secret.ts'

/** A secret that may change while the daemon runs. Nobody keeps what it gives for longer than one attempt of a call. */
export interface Credential {
  /** @throws BridgeError `credential_failed`, which names the source and nothing that came of it */
  get(): Promise<string>
  /** What to try after a provider has refused `secret`: it is the same where there is no other. Throws what `get` throws. */
  renew(secret: string): Promise<string>
}

export type CredentialOptions = Omit<CommandCredentialOptions, 'source'>

/** A credential for each of the three sources. */
export function createCredential(source: CredentialSource, options: CredentialOptions): Credential {
  if (source.from === 'command') return new CommandCredential({ ...options, source })
  const get = source.from === 'file' ? () => readFileCredential(source) : async () => readVariable(source, options.env)
  return { get, renew: get }
}

function readVariable(source: VariableSource, env: NodeJS.ProcessEnv): string {
  const value = env[source.name]
  if (!value) throw credentialError(source, 'is not set')
  const secret = toSecret(value)
  if (secret === undefined) throw credentialError(source, 'holds characters that no header can carry')
  return secret
}
