import type { HostedUse } from '../../core/hosted.ts'
import type { CallPart, ContentPart, Message, Prompt, Tool } from '../../core/prompt.ts'

/** A tool of a vendor's servers that the bridge runs in their place, as one request may use it. */
export interface HostedTool {
  /** What the model is told of it. */
  definition: Tool
  /** How often the model may use it in one answer. */
  maxUses: number
  /**
   * Runs it once. A failure is one of `HostedOutcome`, for the model to hear.
   * @throws whatever, once the request is over
   */
  use(call: CallPart, context: UseContext): Promise<HostedOutcome>
}

export interface UseContext {
  /** Unique in the answer. */
  id: string
  /** Whether the model may use the tool once more; what it hears otherwise is the tool's. */
  allowed: boolean
  /** All that was said until now. */
  messages: Prompt['messages']
  /** What the tools gave in this answer. */
  uses: readonly HostedUse[]
  signal: AbortSignal
}

export interface HostedOutcome {
  /** For the client. */
  use: HostedUse
  /** For the model. */
  result: ContentPart[]
  isError: boolean
}

export function resultMessage({ id: toolCallId }: CallPart, { result: content, isError }: HostedOutcome): Message {
  return { role: 'tool', toolCallId, content, ...(isError && { isError }) }
}
