import type { Parameters } from '../../core/prompt.ts'

/** Something that a provider is told otherwise than the client wanted it, or not at all. */
export interface Adjustment {
  name: keyof Parameters | 'toolChoice'
  /** What it is told instead; absent where that is nothing. */
  instead?: string
}

/** The adjustment of one value, if what is sent is another. */
export function adjusted(name: Adjustment['name'], wanted: unknown, sent: unknown): Adjustment[] {
  if (wanted === undefined || wanted === sent) return []
  return [{ name, ...(sent !== undefined && { instead: String(sent) }) }]
}

/** The parameter with which a client asks for thinking. */
export function reasoningParameter({ reasoningBudget, reasoningEffort }: Parameters): keyof Parameters {
  if (reasoningBudget !== undefined) return 'reasoningBudget'
  return reasoningEffort === undefined ? 'reasoningMode' : 'reasoningEffort'
}
