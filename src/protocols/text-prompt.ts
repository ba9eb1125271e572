import type { Parameters } from '../core/prompt.ts'
import type { DraftPrompt } from './draft-prompt.ts'

/** The prompt of a format that has one text of the user's and nothing else. */
export function textPrompt(model: string, text: string, parameters: Parameters = {}): DraftPrompt {
  return {
    model,
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    toolChoice: { type: 'auto' },
    output: { type: 'text' },
    parameters,
  }
}
