import { callsOf } from '../core/assistant-message.ts'
import { BridgeError } from '../core/errors.ts'
import type { Message } from '../core/prompt.ts'
import { assembleAnswer, messageOf } from '../protocols/answer.ts'
import type { DraftMessage } from '../protocols/draft-prompt.ts'
import { listNames } from '../protocols/invalid-value.ts'
import type { EncodedEvent } from '../protocols/protocol.ts'
import type { AnswerItem } from './answer-items.ts'
import type { ConversationStore } from './conversation-store.ts'

/** The header by which a request names the conversation that it goes on with. */
export const SESSION_HEADER = 'x-bridge-session'

const MAX_NAME_LENGTH = 200

/** A named conversation that a request goes on with. */
export interface Conversation {
  /** Whether there is something to go on with. */
  known: boolean
  /**
   * Puts what was said before in front of a request's messages. Its own leading system messages take the place of the
   * earlier ones. A request with an assistant's message in it brings its history with it, and gets nothing in front.
   * @throws BridgeError 400 when calls of the last answer stay without a result, or results have no call
   */
  continue(messages: DraftMessage[]): DraftMessage[]
  /**
   * Takes the conversation for the answer to `messages`.
   * @throws BridgeError 409 while another request of the conversation is being answered
   */
  begin(messages: readonly Message[]): ConversationTurn
}

/** An answer in a conversation. Its first choice is kept once it is whole; a failure leaves the conversation as it was. */
export interface ConversationTurn {
  hear(item: AnswerItem): void
  /** To be called when the answer is over. Idempotent. */
  end(): void
}

export interface ConversationRequest {
  headers: Headers
  /** Who asks. */
  client: string
  /** The request, where its `user` is to be taken for a name. */
  body: Record<string, any> | undefined
}

/**
 * Finds the conversation of a request, if it names one. Each client has its own.
 * @throws BridgeError 400 for a name that is too long
 */
export function openConversation(store: ConversationStore, { headers, client, body }: ConversationRequest): Conversation | undefined {
  const name: unknown = headers.get(SESSION_HEADER) || body?.user || body?.metadata?.user_id
  if (typeof name !== 'string') return undefined
  if (name.length > MAX_NAME_LENGTH) {
    throw new BridgeError(`The name of a conversation may have ${MAX_NAME_LENGTH} characters.`, { code: 'invalid_value', status: 400, param: SESSION_HEADER })
  }
  const key = `${client} ${name}`
  const earlier = store.find(key)
  return {
    known: earlier !== undefined,
    continue: (messages) => (earlier === undefined ? messages : join(earlier, messages)),
    begin: (messages) => begin(store, key, { earlier, messages }),
  }
}

function join(earlier: readonly Message[], messages: DraftMessage[]): DraftMessage[] {
  if (messages.some(({ role }) => role === 'assistant')) return messages
  const start = messages.findIndex(({ role }) => role !== 'system')
  const added = start < 0 ? [] : messages.slice(start)
  checkCalls(earlier.at(-1), added)
  if (start === 0) return [...earlier, ...added]
  const own = messages.slice(0, messages.length - added.length)
  return [...own, ...earlier.slice(earlier.findIndex(({ role }) => role !== 'system')), ...added]
}

function checkCalls(last: Message | undefined, added: readonly DraftMessage[]): void {
  const open = new Set(last?.role === 'assistant' ? callsOf(last).map(({ id }) => id) : [])
  for (const message of added)
    if (message.role === 'tool' && !open.delete(message.toolCallId))
      throw mismatch(`no call of its last answer has the id '${listNames([message.toolCallId])}'`)
  if (open.size > 0) throw mismatch(`these calls of its last answer have no result: ${listNames([...open])}`)
}

function mismatch(why: string): BridgeError {
  return new BridgeError(`The conversation cannot go on with these messages: ${why}.`, { code: 'invalid_value', status: 400, param: 'messages' })
}

function begin(
  store: ConversationStore,
  key: string,
  { earlier, messages }: { earlier: readonly Message[] | undefined; messages: readonly Message[] },
): ConversationTurn {
  const release = store.claim(key)
  // One that was answered since this request was read would lose that answer.
  if (!release || store.find(key) !== earlier) {
    release?.()
    throw new BridgeError('Another request of this conversation is being answered; send the next one after it.', {
      code: 'conversation_busy',
      status: 409,
      retryAfter: 1000,
    })
  }
  const answer: EncodedEvent[] = []
  return {
    hear: (item) => {
      if (!('choice' in item) || item.choice !== 0 || item.event.type === 'retry') return
      answer.push(item.event)
      if (item.event.type !== 'finish') return
      store.keep(key, [...messages, messageOf(assembleAnswer(answer))])
      // Before the client sees the end, after which it may send the next request.
      release()
    },
    end: release,
  }
}
