import type { CallExtras } from '../core/connection.ts'
import type { BlockValue, ProviderBlock } from './block.ts'
import { createCredential, type Credential, type CredentialOptions } from './credentials/credential.ts'
import { queryOf, TRAITS } from './kinds.ts'

/** What each call of a provider gets: its credential in the right header, the block's headers and its query. */
export class ExtrasMaker {
  readonly #values: Record<string, Credential>
  readonly #query: Record<string, string>

  constructor(block: ProviderBlock, options: CredentialOptions) {
    const { headers = {} } = TRAITS[block.kind]
    const valueOf = (value: BlockValue): Credential => (typeof value === 'string' ? plain(value) : secret(createCredential(value, options)))
    const own = Object.entries(block.headers).map(([name, value]) => [name.toLowerCase(), valueOf(value)] as const)
    this.#values = {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, plain(value)])),
      ...authorization(block, options),
      ...Object.fromEntries(own),
    }
    this.#query = queryOf(block)
  }

  make(): Promise<CallExtras> {
    return this.#collect((value) => value.get())
  }

  /** Asks each source of a secret for another one; undefined where all give the same again. */
  async renew(refused: CallExtras): Promise<CallExtras | undefined> {
    const renewed = await this.#collect((value, name) => value.renew(refused.headers[name] ?? ''))
    return Object.entries(renewed.headers).some(([name, value]) => value !== refused.headers[name]) ? renewed : undefined
  }

  async #collect(read: (value: Credential, name: string) => Promise<string>): Promise<CallExtras> {
    const headers = await Promise.all(Object.entries(this.#values).map(async ([name, value]) => [name, await read(value, name)] as const))
    return { headers: Object.fromEntries(headers), query: this.#query }
  }
}

function plain(value: string): Credential {
  return { get: async () => value, renew: async () => value }
}

function secret(credential: Credential, prefix = ''): Credential {
  return {
    get: async () => prefix + (await credential.get()),
    renew: async (refused) => prefix + (await credential.renew(refused.slice(prefix.length))),
  }
}

/** The other header of the two is taken off: opencode's SDK puts a placeholder into one. */
function authorization({ kind, credential, authScheme }: ProviderBlock, options: CredentialOptions): Record<string, Credential> {
  const { keyHeader, bearer } = TRAITS[kind]
  if (credential === undefined) return { authorization: plain(''), [keyHeader]: plain('') }
  const held = createCredential(credential, options)
  // Azure's keys are static; what a command prints is a token of its directory.
  const isBearer = authScheme === undefined ? bearer || (kind === 'azure_openai' && credential.from === 'command') : authScheme === 'bearer'
  return isBearer ? { [keyHeader]: plain(''), authorization: secret(held, 'Bearer ') } : { authorization: plain(''), [keyHeader]: secret(held) }
}
