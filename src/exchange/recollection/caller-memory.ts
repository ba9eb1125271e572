import { createHash } from 'node:crypto'
import { callsOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, AssistantPart } from '../../core/prompt.ts'
import type { DraftMessage } from '../../protocols/draft-prompt.ts'
import type { ReasoningStore } from '../../storage/reasoning-store.ts'
import { contextOf, HistoryKeys } from './history-keys.ts'
import { findAnswer, isBare, namesGiven, recallAnswer } from './recall-answer.ts'
import { nameOfThoughts, namesOf } from './token-names.ts'

/** Tells which `provider/model` made a token, where that is known. */
export type OriginOf = (name: string) => string | undefined

/** What is remembered of the answers to one caller, beyond what its client sends back of them. */
export class CallerMemory {
  readonly #store: ReasoningStore
  readonly #caller: string

  /** @param caller tells callers apart */
  constructor(store: ReasoningStore, caller: string) {
    this.#store = store
    this.#caller = caller
  }

  /** Whose tokens these are that stand in their vendor's own field. @param names see `namesOf` */
  async originsOf(names: Iterable<string>): Promise<OriginOf> {
    const asked = [...new Set(names)]
    if (asked.length === 0) return () => undefined
    const found = await this.#store.findOrigins(asked.map((name) => this.#keyOf(name)))
    const origins = new Map(asked.map((name, index) => [name, found[index]]))
    return (name) => origins.get(name)
  }

  /**
   * Completes a conversation with what its client left out: the thoughts and tokens of answers with calls, and the origin of
   * tokens that do not tell it.
   */
  async complete(messages: readonly DraftMessage[]): Promise<DraftMessage[]> {
    const originOf = await this.originsOf(messages.flatMap((message) => (message.role === 'assistant' ? namesIn(message) : [])))
    const recalled = await this.#recall(messages)
    return recalled.map((message) => (message.role === 'assistant' ? withOrigins(message, originOf) : message))
  }

  /**
   * Keeps an answer for the requests that follow it.
   * @param messages the conversation before it, as the client sent it; without it only the origins of its tokens are kept
   */
  async keep(messages: readonly DraftMessage[] | undefined, parts: readonly AssistantPart[], model: string): Promise<void> {
    const answer: AssistantMessage = { role: 'assistant', parts: [...parts] }
    const names = namesIn(answer)
    if (names.length > 0)
      await this.#store.keepOrigins(
        names.map((name) => this.#keyOf(name)),
        model,
      )
    const calls = callsOf(answer)
    if (messages === undefined || calls.length === 0) return
    const keys = new HistoryKeys(this.#caller)
    for (const message of messages) keys.add(message)
    await this.#store.keepAnswer(keys.keyOf(calls), { callIds: calls.map(({ id }) => id), context: contextOf(messages), model, parts: answer.parts })
  }

  async #recall(messages: readonly DraftMessage[]): Promise<DraftMessage[]> {
    const steps = this.#stepsOf(messages)
    if (steps.size === 0) return [...messages]
    const found = await this.#store.findAnswers([...steps.values()])
    const answers = new Map([...steps.keys()].map((message, index) => [message, found[index]!]))
    const context = contextOf(messages)
    const keepsTokens = messages.some((message) => message.role === 'assistant' && !isBare(message))
    let names = new Map<string, string>()
    return messages.map((message) => {
      if (message.role === 'tool') return { ...message, toolCallId: names.get(message.toolCallId) ?? message.toolCallId }
      if (message.role !== 'assistant') return message
      const kept = answers.get(message)
      const answer = kept && findAnswer(message, kept, context)
      names = new Map(answer ? namesGiven(message, answer) : [])
      if (answer) return recallAnswer(message, answer)
      return kept === undefined || keepsTokens ? message : { ...message, thoughts: 'lost' }
    })
  }

  /** The keys of the answers with calls. */
  #stepsOf(messages: readonly DraftMessage[]): Map<AssistantMessage, string> {
    const steps = new Map<AssistantMessage, string>()
    // Most conversations have none, and nothing is worked out for them.
    const last = messages.findLastIndex((message) => message.role === 'assistant' && callsOf(message).length > 0)
    const keys = new HistoryKeys(this.#caller)
    for (const message of messages.slice(0, last + 1)) {
      if (message.role === 'assistant' && callsOf(message).length > 0) steps.set(message, keys.keyOf(callsOf(message)))
      keys.add(message)
    }
    return steps
  }

  #keyOf(name: string): string {
    return createHash('sha256').update(`${this.#caller}\n${name}`).digest('base64url')
  }
}

function namesIn(message: AssistantMessage): string[] {
  return [...message.parts.flatMap(({ token }) => (token ? namesOf(token) : [])), ...nameOfThoughts(message)]
}

function withOrigins(message: AssistantMessage, originOf: OriginOf): AssistantMessage {
  const [origin] = message.origin === undefined ? nameOfThoughts(message).map(originOf) : []
  return { ...message, ...(origin !== undefined && { origin }), parts: message.parts.map((part) => withOrigin(part, originOf)) }
}

function withOrigin(part: AssistantPart, originOf: OriginOf): AssistantPart {
  const { token } = part
  if (token === undefined || token.origin !== undefined) return part
  const origin = namesOf(token)
    .map(originOf)
    .find((known) => known !== undefined)
  return origin === undefined ? part : { ...part, token: { ...token, origin } }
}
