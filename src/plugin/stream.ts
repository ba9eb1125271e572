import type { FrameTokens, PartMetadata } from './contract.ts'
import type { ActiveRequest } from './request.ts'

/** An event of opencode's bus, as loosely typed as the plugin has to take it. */
export interface BusEvent {
  type: string
  properties: Record<string, any>
}

/** A part that is being written. */
interface OpenPart {
  kind: 'text' | 'reasoning'
  /** Characters of it that were told. */
  sent: number
}

/** Turns the bus events of one request into frames. opencode announces a part's kind once, then sends its deltas. */
export class AnswerStream {
  readonly #request: ActiveRequest
  readonly #open = new Map<string, OpenPart>()
  /** The newest part of each kind. */
  readonly #newest: Partial<Record<OpenPart['kind'], string>> = {}
  /** Calls whose metadata was told. */
  readonly #toldCalls = new Set<string>()
  readonly #abort: () => void
  readonly #singleStep: boolean

  /** `abort` ends the session's turn in opencode; `singleStep` says that its first step is the whole answer. */
  constructor(request: ActiveRequest, { abort, singleStep }: { abort: () => void; singleStep: boolean }) {
    this.#request = request
    this.#abort = abort
    this.#singleStep = singleStep
  }

  handle({ type, properties }: BusEvent): void {
    switch (type) {
      case 'message.part.updated':
        return this.#part(properties.part)
      case 'message.part.delta':
        return this.#delta(properties.partID, properties.delta)
      case 'session.error':
        return this.#error(properties.error)
      case 'session.status':
        if (properties.status?.type === 'retry') this.#refuseRetry(properties.status.message)
        return
      case 'session.idle':
        return this.#request.end()
    }
  }

  #part(part: Record<string, any>): void {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        if (part.time?.end) this.#end(part)
        else if (!this.#open.has(part.id)) {
          this.#open.set(part.id, { kind: part.type, sent: 0 })
          this.#newest[part.type as OpenPart['kind']] = part.id
        }
        return
      case 'tool':
        if (part.state.status === 'pending') this.#request.toolCalls.announce(part.callID, part.tool)
        if (part.state.status === 'running') this.#completeCall(part)
        return
      case 'step-finish':
        this.#request.toolCalls.end()
        this.#tellMetadata('text', this.#request.takeTextMetadata())
        this.#request.tell({ type: 'step-finish', reason: part.reason, tokens: part.tokens as FrameTokens | undefined })
        // opencode's own end comes up to 100 ms later, after it has tidied up a session that nobody needs.
        if (this.#singleStep) this.#request.end()
    }
  }

  #end({ id, text, metadata }: Record<string, any>): void {
    const part = this.#open.get(id)
    if (!part) return
    // A part that came without deltas, or with fewer than its text.
    this.#delta(id, text.slice(part.sent))
    this.#open.delete(id)
    // Some SDKs end a part only after the calls behind it. Behind another of its kind it would be taken for that one's.
    if (this.#newest[part.kind] !== id) return
    this.#tellMetadata(part.kind, part.kind === 'text' && !isTold(metadata) ? this.#request.takeTextMetadata() : metadata)
  }

  #tellMetadata(part: OpenPart['kind'], metadata: PartMetadata | undefined): void {
    if (isTold(metadata)) this.#request.tell({ type: 'metadata', part, metadata })
  }

  #completeCall({ callID: id, tool, state, metadata }: Record<string, any>): void {
    this.#request.toolCalls.complete(id, tool, state.input)
    if (!isTold(metadata) || this.#toldCalls.has(id)) return
    this.#toldCalls.add(id)
    this.#request.tell({ type: 'tool-metadata', id, metadata })
  }

  #delta(partID: string, delta: string): void {
    const part = this.#open.get(partID)
    if (!part || !delta) return
    part.sent += delta.length
    this.#request.tell({ type: part.kind, delta })
  }

  #error(error: { name: string; data?: Record<string, any> }): void {
    // The plugin's own abort, whose reason was sent before.
    if (error.name === 'MessageAbortedError') return
    const data = error.data ?? {}
    this.#request.fail({
      name: error.name,
      message: String(data.message ?? error.name),
      ...(data.statusCode === undefined ? {} : { status: data.statusCode as number }),
      ...(data.responseBody === undefined ? {} : { body: data.responseBody as string }),
    })
  }

  /** Retries are the fetch wrapper's business; what opencode would try again has failed for good. */
  #refuseRetry(message: string): void {
    this.#request.fail({ name: 'RetryRefused', message })
    this.#request.end()
    this.#abort()
  }
}

function isTold(metadata: PartMetadata | undefined): metadata is PartMetadata {
  return metadata !== undefined && Object.keys(metadata).length > 0
}
