import { Spent } from '../ask/spent.ts'
import type { KeptConversation } from '../conversations/conversation-file.ts'
import type { ChatMessage, ChatPart, ChatRequest, ChatUsage } from '../daemon/chat-api.ts'

export type Content = ChatMessage['content']

/** What is asked. */
export interface Question {
  content: Content
  /** Whether it takes the place of the last question and its answer. */
  instead: boolean
}

export interface ConversationOptions {
  model: string | undefined
  system: string | undefined
  /** What was said before. */
  earlier?: readonly ChatMessage[]
}

/** What was said in a chat, and how it goes on. */
export class ChatConversation {
  model: string | undefined
  system: string | undefined
  readonly spent = new Spent()
  #turns: ChatMessage[]
  #attached: ChatPart[] = []
  /** The last one, whose answer never began. */
  #unanswered: Question | undefined

  constructor({ model, system, earlier = [] }: ConversationOptions) {
    this.model = model
    this.system = system ?? textOfSystem(earlier)
    this.#turns = earlier.filter(({ role }) => role !== 'system')
  }

  /** Adds a part to the next message. */
  attach(part: ChatPart): void {
    this.#attached.push(part)
  }

  /** What a text asks, with what is attached. */
  question(text: string): Question {
    return { content: this.#attached.length === 0 ? text : [...this.#attached, { type: 'text', text }], instead: false }
  }

  /** The question before, to be asked again. */
  lastQuestion(): Question | undefined {
    if (this.#unanswered) return this.#unanswered
    const asked = this.#turns.at(-2)
    return asked && { content: asked.content, instead: true }
  }

  /** The request that a question makes, with all that was said before. */
  request({ content, instead }: Question): ChatRequest {
    const before = instead ? this.#turns.slice(0, -2) : this.#turns
    return { ...(this.model === undefined ? {} : { model: this.model }), messages: [...this.#withSystem(before), { role: 'user', content }] }
  }

  /** Keeps a question and its answer, or what came of it. */
  keep({ content, instead }: Question, answer: string, usage?: ChatUsage): void {
    if (instead) this.#turns.splice(-2)
    this.#turns.push({ role: 'user', content }, { role: 'assistant', content: answer })
    this.#attached = []
    this.#unanswered = undefined
    this.spent.add(usage)
  }

  /** Leaves out a question without an answer, which can be asked again. */
  forget(question: Question): void {
    this.#unanswered = question
  }

  /** Forgets all but the model and the system prompt. */
  clear(): void {
    this.#turns = []
    this.#attached = []
    this.#unanswered = undefined
  }

  messages(): ChatMessage[] {
    return this.#withSystem(this.#turns)
  }

  /** What a file of it holds. */
  kept(): KeptConversation {
    return { ...(this.model !== undefined && { model: this.model }), messages: this.messages() }
  }

  #withSystem(turns: readonly ChatMessage[]): ChatMessage[] {
    return [...(this.system ? [{ role: 'system', content: this.system } as const] : []), ...turns]
  }
}

function textOfSystem(messages: readonly ChatMessage[]): string | undefined {
  const content = messages.find(({ role }) => role === 'system')?.content
  return typeof content === 'string' ? content : undefined
}

/** The words of a question, without its files. */
export function wordsOf(content: Content): string {
  if (typeof content === 'string') return content
  const last = content.at(-1)
  return last?.type === 'text' ? last.text : ''
}

/** The same question in other words. */
export function reword({ content, instead }: Question, text: string): Question {
  return { content: typeof content === 'string' ? text : [...content.slice(0, -1), { type: 'text', text }], instead }
}
