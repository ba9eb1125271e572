import type { Target } from '../wire.ts'

/** What a model's generation decides about a request, as Google's pages on thinking and thought signatures have it. */
export interface Gemini {
  /** How it is told to think: by a number of tokens, by a level, or not at all. */
  thinks: 'budget' | 'level' | 'never'
  levels: readonly string[]
  budget: BudgetRange
  /** Whether it refuses a call of the current turn without a signature. */
  wantsSignatures: boolean
  /** Whether a function's result may hold files. */
  filesInResults: boolean
  /** Whether an answer can be held to JSON while functions are on offer. */
  jsonWithTools: boolean
  /** Whether `presencePenalty` and `frequencyPenalty` are taken: 400 otherwise. */
  penalties: boolean
  /** Whether calls and results have ids. */
  callIds: boolean
  /** Whether there is a place for the system's words. */
  systemInstruction: boolean
}

/** Tokens. */
export interface BudgetRange {
  /** The least that is not nothing. */
  least: number
  most: number
  /** Whether it can be told not to think. */
  zero: boolean
}

const NEWER_LEVELS = ['low', 'medium', 'high']

export function geminiOf({ form, model }: Pick<Target, 'form' | 'model'>): Gemini {
  const name = form.apiModel.toLowerCase()
  const gemini = /(?:^|\/)gemini-/.test(name)
  // Names are open-ended: one that is not known to be old has what the newest have.
  const newer = gemini && !/gemini-(?:(?:flash|pro)-)?[12](?:[.-]|$)/.test(name)
  const gemma = name.includes('gemma')
  const vertex = form.npm === '@ai-sdk/google-vertex'
  return {
    thinks: model.reasoning ? (newer || gemma ? 'level' : 'budget') : 'never',
    levels: levelsOf(name, model.efforts),
    budget: budgetOf(name),
    wantsSignatures: newer,
    filesInResults: newer,
    jsonWithTools: !gemini || newer,
    penalties: vertex || !/gemini-2\.5/.test(name),
    callIds: !vertex,
    systemInstruction: !gemma,
  }
}

function levelsOf(name: string, efforts: readonly string[]): readonly string[] {
  if (efforts.length > 0) return efforts
  if (name.includes('gemma')) return ['minimal', 'high']
  return /gemini-3-pro/.test(name) ? ['low', 'high'] : NEWER_LEVELS
}

function budgetOf(name: string): BudgetRange {
  if (name.includes('flash-lite')) return { least: 512, most: 24_576, zero: true }
  if (/2\.5-pro/.test(name)) return { least: 128, most: 32_768, zero: false }
  return { least: 1, most: 24_576, zero: true }
}
