import type { KeySource } from '../access/key-sources.ts'
import { toSource } from '../config/provider-blocks.ts'
import type { Config } from '../config/schema.ts'
import { createCredential } from '../providers/credentials/credential.ts'

/** The sources of the configuration, for the daemon that asks for their keys and for the commands that present one. */
export function openKeySources({ apiKeySources }: Pick<Config, 'apiKeySources'>, options: { env: NodeJS.ProcessEnv; signal: AbortSignal }): KeySource[] {
  return apiKeySources.map((source) => createCredential(toSource(source), options))
}
