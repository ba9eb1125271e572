import type { ChatMessage, ChatPart, ChatRequest } from '../daemon/chat-api.ts'

/** What was said in a chat, and how it goes on. It lives in this process only. */
export class ChatConversation {
  model: string | undefined
  system: string | undefined
  #turns: ChatMessage[] = []
  #attached: ChatPart[] = []

  constructor({ model, system }: { model: string | undefined; system: string | undefined }) {
    this.model = model
    this.system = system
  }

  /** Adds a part to the next message. */
  attach(part: ChatPart): void {
    this.#attached.push(part)
  }

  /** The request that a text makes, with all that was said before. */
  request(text: string): ChatRequest {
    return { ...(this.model === undefined ? {} : { model: this.model }), messages: [...this.messages(), this.#question(text)] }
  }

  /** Keeps a question and its answer; a question without one is as if never asked. */
  keep(text: string, answer: string): void {
    this.#turns.push(this.#question(text), { role: 'assistant', content: answer })
    this.#attached = []
  }

  /** Forgets all but the model and the system prompt. */
  clear(): void {
    this.#turns = []
    this.#attached = []
  }

  messages(): ChatMessage[] {
    return [...(this.system ? [{ role: 'system', content: this.system } as const] : []), ...this.#turns]
  }

  #question(text: string): ChatMessage {
    return { role: 'user', content: this.#attached.length === 0 ? text : [...this.#attached, { type: 'text', text }] }
  }
}
