import { createHmac, randomBytes } from 'node:crypto'

/** Who made a token: a provider of the server and one of its models. */
export interface Owner {
  /** The first segment of its path, with a tag: `anthropic`, `anthropic~b`. */
  provider: string
  model: string
}

/** What a token is made for. Where it comes back it must still stand on that, unaltered. */
export interface Subject {
  /** Where it stands: `thinking`, `redacted`, `function-call`, `text`, `reasoning`. */
  kind: string
  /** What it vouches for; the empty string where it vouches for nothing but itself. */
  content: string
  /** The conversation before it, of models that bind their thinking to it. */
  prefix?: string
}

/**
 * Why a token is refused. `unknown`: no provider of this server made it, or its bytes were changed. `foreign`: another
 * provider or model made it. `altered`: what it vouches for was changed, or it was moved. `prefix`: the conversation
 * before it was changed.
 */
export type TokenFault = 'unknown' | 'foreign' | 'altered' | 'prefix'

interface Minted {
  owner: Owner
  kind: string
  seal: Buffer
}

/** Makes opaque tokens and remembers them, so that none can be forged and each is known for what it was made for. */
export class TokenMint {
  readonly #secret = randomBytes(32)
  readonly #minted = new Map<string, Minted>()

  /** A token of 128 bytes in base64. */
  mint(owner: Owner, subject: Subject): string {
    const nonce = randomBytes(96)
    const seal = this.#seal(nonce, owner, subject)
    const token = Buffer.concat([nonce, seal]).toString('base64')
    this.#minted.set(token, { owner, kind: subject.kind, seal })
    return token
  }

  forget(): void {
    this.#minted.clear()
  }

  /** What is wrong with a token that came back; undefined when nothing is. */
  check(token: string, owner: Owner, subject: Subject): TokenFault | undefined {
    const minted = this.#minted.get(token)
    if (!minted) return 'unknown'
    if (minted.owner.provider !== owner.provider || minted.owner.model !== owner.model) return 'foreign'
    const nonce = Buffer.from(token, 'base64').subarray(0, 96)
    if (minted.seal.equals(this.#seal(nonce, owner, subject))) return undefined
    const { prefix: _, ...anywhere } = subject
    return minted.kind === subject.kind && this.#standsFor(nonce, minted, anywhere) ? 'prefix' : 'altered'
  }

  /** Whether only the conversation differs: the seal has two halves, one of them without it. */
  #standsFor(nonce: Buffer, { owner, seal }: Minted, subject: Subject): boolean {
    return seal.subarray(0, 16).equals(this.#half(nonce, owner, subject))
  }

  #seal(nonce: Buffer, owner: Owner, { prefix = '', ...subject }: Subject): Buffer {
    return Buffer.concat([this.#half(nonce, owner, subject), this.#half(nonce, owner, { ...subject, content: prefix })])
  }

  #half(nonce: Buffer, { provider, model }: Owner, { kind, content }: Subject): Buffer {
    return createHmac('sha256', this.#secret)
      .update(nonce)
      .update(JSON.stringify([provider, model, kind, content]))
      .digest()
      .subarray(0, 16)
  }
}
