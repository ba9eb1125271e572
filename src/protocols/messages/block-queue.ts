import type { HostedUse } from '../../core/hosted.ts'
import type { Token } from '../../core/prompt.ts'
import type { EncodedEvent } from '../protocol.ts'
import { hiddenThought, type TokenPlace, writeToken } from '../token-envelope.ts'
import { isWhole, textBlock, thinkingBlock, tokenBlock, toolUseBlock } from './blocks.ts'
import { citationsOf, hostedBlocks } from './hosted-blocks.ts'
import type { JsonBlock, JsonBlockEvent, JsonDelta } from './shapes.ts'

interface QueuedBlock {
  index: number
  /** As it begins. */
  block: JsonBlock
  /** The tool call that it holds, by its number. */
  call?: { index: number; id: string }
  /** The arguments of the call so far. */
  arguments: string
  /** What came of its content and was not sent yet. */
  unsent: string
  /** All of it, of a text or a thought. */
  text: string
  /** What a thinking block ends with. */
  signature: string
  /** Whether nothing can follow, whatever comes. */
  ended: boolean
}

/**
 * Puts the pieces of an answer into content blocks. Anthropic's stream has one block open at a time, while providers
 * may write several tool calls at once: what belongs to a later block waits until those before it are whole.
 */
export class BlockQueue {
  /** The first is open, or about to be; the others wait. */
  readonly #queue: QueuedBlock[] = []
  /** Ids of the calls by their numbers: a token may come when its call's block is closed. */
  readonly #calls = new Map<number, string>()
  #opened: QueuedBlock | undefined
  #count = 0
  readonly #showThoughts: boolean
  /** What was thought since the last token, where the client does not want to see it. */
  #hidden = ''
  /** Of the last texts, while nothing follows; see `partBlocks`. */
  readonly #textTokens: Token[] = []

  /** What the bridge did for the model so far. */
  readonly uses: HostedUse[] = []
  readonly #messageId: string

  constructor(showThoughts: boolean, messageId: string) {
    this.#showThoughts = showThoughts
    this.#messageId = messageId
  }

  /** Takes a piece of the answer in and returns what can be told now. */
  add(event: Exclude<EncodedEvent, { type: 'finish' }>): JsonBlockEvent[] {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        this.#append(textBlock(''), event.text)
        break
      case 'reasoning-delta':
        if (this.#showThoughts) this.#append(thinkingBlock('', ''), event.text)
        else this.#hidden += event.text
        break
      case 'part-token':
        this.#addToken(event)
        break
      case 'tool-call-start':
        this.#calls.set(event.index, event.id)
        this.#push(toolUseBlock(event, {})).call = event
        break
      case 'tool-call-delta': {
        const queued = this.#queue.find(({ call }) => call?.index === event.index)
        // A call whose block is closed was whole; all that could follow is white space.
        if (queued === undefined) break
        queued.arguments += event.arguments
        queued.unsent += event.arguments
        break
      }
      case 'hosted':
        this.#pushHosted(event.use)
        break
      case 'logprobs':
        break
    }
    return this.#tell(false)
  }

  /** The answer is over: tells what waited. */
  end(): JsonBlockEvent[] {
    if (this.#calls.size > 0) this.#pushTextTokens()
    return this.#tell(true)
  }

  #pushHosted(made: HostedUse): void {
    const [use, result] = hostedBlocks(made, this.#messageId)
    const asked = this.#push({ ...use, input: {} })
    asked.unsent = JSON.stringify(use.input)
    asked.ended = true
    this.#push(result).ended = true
    this.uses.push(made)
  }

  #append(empty: JsonBlock, text: string): void {
    if (text === '') return
    this.#pushTextTokens()
    const target = this.#open(empty.type) ?? this.#push(empty)
    target.unsent += text
    target.text += text
  }

  #addToken(event: Extract<EncodedEvent, { type: 'part-token' }>): void {
    const { token } = event
    if (event.part === 'tool-call') {
      this.#pushToken(token, { part: 'tool-call', id: this.#calls.get(event.index) ?? '' })
      return
    }
    const open = this.#open(event.part === 'text' ? 'text' : 'thinking')
    if (open) open.ended = true
    if (event.part === 'text') this.#textTokens.push(token)
    else if (open) open.signature = writeToken(token, 'signature')
    else this.#pushToken(token, hiddenThought(token, this.#hidden))
    // A text begins, if only an empty one, or a thought ends.
    this.#hidden = ''
  }

  #pushTextTokens(): void {
    for (const token of this.#textTokens.splice(0)) this.#pushToken(token, { part: 'text' })
  }

  #pushToken(token: Token, place?: TokenPlace): void {
    const block = tokenBlock(token, place)
    // A signature comes last, also of a thought without a text.
    const pushed = this.#push(block.type === 'thinking' ? thinkingBlock('', '') : block)
    pushed.ended = true
    if (block.type === 'thinking') pushed.signature = block.signature
  }

  /** The block that was begun last, if more of its kind can be added to it. */
  #open(type: JsonBlock['type']): QueuedBlock | undefined {
    const last = this.#queue.at(-1)
    return last?.block.type === type && !last.ended ? last : undefined
  }

  #push(block: JsonBlock): QueuedBlock {
    this.#pushTextTokens()
    if (block.type === 'text' || block.type === 'tool_use') this.#hidden = ''
    const queued = { index: this.#count++, block, arguments: '', unsent: '', text: '', signature: '', ended: false }
    this.#queue.push(queued)
    return queued
  }

  #tell(over: boolean): JsonBlockEvent[] {
    const events: JsonBlockEvent[] = []
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const { index, block, signature } = first
      if (this.#opened !== first) events.push({ type: 'content_block_start', index, content_block: block })
      this.#opened = first
      if (first.unsent !== '') events.push({ type: 'content_block_delta', index, delta: toDelta(block, first.unsent) })
      first.unsent = ''
      if (!over && !this.#isOver(first)) break
      if (block.type === 'text') {
        for (const citation of citationsOf(first.text, this.uses))
          events.push({ type: 'content_block_delta', index, delta: { type: 'citations_delta', citation } })
      }
      if (block.type === 'thinking') events.push({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } })
      events.push({ type: 'content_block_stop', index })
      this.#queue.shift()
    }
    return events
  }

  /** Text ends where something else begins; a call when its arguments are whole, for others may be written beside it. */
  #isOver(first: QueuedBlock): boolean {
    return first.ended || (this.#queue.length > 1 && (first.call === undefined || isWhole(first.arguments)))
  }
}

function toDelta(block: JsonBlock, text: string): JsonDelta {
  switch (block.type) {
    case 'text':
      return { type: 'text_delta', text }
    case 'tool_use':
    case 'server_tool_use':
      return { type: 'input_json_delta', partial_json: text }
    default:
      return { type: 'thinking_delta', thinking: text }
  }
}
