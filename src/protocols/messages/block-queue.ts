import type { AnswerEvent } from '../protocol.ts'
import { isWhole, textBlock, thinkingBlock, toolUseBlock } from './blocks.ts'
import type { WireBlock, WireBlockEvent, WireDelta } from './wire.ts'

interface QueuedBlock {
  index: number
  /** As it begins. */
  block: WireBlock
  /** The number of the tool call that it holds. */
  call?: number
  /** The arguments of the call so far. */
  arguments: string
  /** What came of its content and was not sent yet. */
  unsent: string
}

/**
 * Puts the pieces of an answer into content blocks. Anthropic's stream has one block open at a time, while providers
 * may write several tool calls at once: what belongs to a later block waits until those before it are whole.
 */
export class BlockQueue {
  /** The first is open, or about to be; the others wait. */
  readonly #queue: QueuedBlock[] = []
  #opened: QueuedBlock | undefined
  #count = 0

  /** Takes a piece of the answer in and returns what can be told now. */
  add(event: Exclude<AnswerEvent, { type: 'finish' }>): WireBlockEvent[] {
    switch (event.type) {
      case 'text-delta':
        this.#append(textBlock(''), event.text)
        break
      case 'reasoning-delta':
        this.#append(thinkingBlock(''), event.text)
        break
      case 'tool-call-start':
        this.#push(toolUseBlock(event, {})).call = event.index
        break
      case 'tool-call-delta': {
        const queued = this.#queue.find(({ call }) => call === event.index)
        // A call whose block is closed was whole; all that could follow is white space.
        if (queued === undefined) break
        queued.arguments += event.arguments
        queued.unsent += event.arguments
        break
      }
      case 'refusal-delta':
        this.#append(textBlock(''), event.text)
        break
      case 'part-token':
      case 'logprobs':
        break
    }
    return this.#tell(false)
  }

  /** The answer is over: tells what waited. */
  end(): WireBlockEvent[] {
    return this.#tell(true)
  }

  #append(empty: WireBlock, text: string): void {
    if (text === '') return
    const last = this.#queue.at(-1)
    const target = last?.block.type === empty.type ? last : this.#push(empty)
    target.unsent += text
  }

  #push(block: WireBlock): QueuedBlock {
    const queued = { index: this.#count++, block, arguments: '', unsent: '' }
    this.#queue.push(queued)
    return queued
  }

  #tell(over: boolean): WireBlockEvent[] {
    const events: WireBlockEvent[] = []
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const { index, block } = first
      if (this.#opened !== first) events.push({ type: 'content_block_start', index, content_block: block })
      this.#opened = first
      if (first.unsent !== '') events.push({ type: 'content_block_delta', index, delta: toDelta(block, first.unsent) })
      first.unsent = ''
      if (!over && !this.#isOver(first)) break
      if (block.type === 'thinking') events.push({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: '' } })
      events.push({ type: 'content_block_stop', index })
      this.#queue.shift()
    }
    return events
  }

  /** Text ends where something else begins; a call when its arguments are whole, for others may be written beside it. */
  #isOver(first: QueuedBlock): boolean {
    return this.#queue.length > 1 && (first.call === undefined || isWhole(first.arguments))
  }
}

function toDelta(block: WireBlock, text: string): WireDelta {
  switch (block.type) {
    case 'text':
      return { type: 'text_delta', text }
    case 'thinking':
      return { type: 'thinking_delta', thinking: text }
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: text }
  }
}
