import type { Usage } from '../core/usage.ts'
import type { RecordedUsage } from './record.ts'
import { asTold, NOTHING_USED } from './recorded-usage.ts'

/** One call to a provider, as far as its usage goes. Of its ends the first counts. */
export class OpenCall {
  readonly #onSettled: () => void
  readonly #onRetry: () => void
  #told: Usage | undefined
  #redacted = 0
  #end: 'finished' | 'refused' | 'broken' | undefined

  constructor({ onSettled, onRetry }: { onSettled(): void; onRetry(): void }) {
    this.#onSettled = onSettled
    this.#onRetry = onRetry
  }

  get settled(): boolean {
    return this.#end !== undefined
  }

  /** What was replaced in its prompt before it left. */
  get redacted(): number {
    return this.#redacted
  }

  get usage(): RecordedUsage {
    return this.#end === 'refused' ? NOTHING_USED : asTold(this.#told, this.#end === 'finished')
  }

  /** It is made again, because it failed. */
  retry(): void {
    this.#onRetry()
  }

  /** So much was replaced in what it asks. */
  redact(count: number): void {
    this.#redacted = count
  }

  /** What the provider has told so far; later numbers stand for earlier ones. */
  tell(usage: Usage | undefined): void {
    // opencode says zero where the provider said nothing.
    if (usage && usage.input + usage.output > 0) this.#told = usage
  }

  /** The answer is whole, and no more is told. */
  finish(usage?: Usage): void {
    if (this.settled) return
    this.tell(usage)
    this.#settle('finished')
  }

  /** The provider has answered with an error instead, which it does not charge for. */
  refuse(): void {
    this.#settle('refused')
  }

  /** It is over, whatever was told. */
  end(): void {
    this.#settle('broken')
  }

  #settle(end: 'finished' | 'refused' | 'broken'): void {
    if (this.settled) return
    this.#end = end
    this.#onSettled()
  }
}
