import type { Model } from '../../core/model.ts'
import { bestMatch } from '../../core/model-pattern.ts'
import type { Prompt } from '../../core/prompt.ts'
import { instruct } from '../instruct.ts'
import type { GenerationSettings } from '../settings.ts'
import { hasToolHistory, writeToolHistory } from './history.ts'
import { toolInstruction } from './instruction.ts'

type ToolSettings = Pick<GenerationSettings, 'jsonTools' | 'nativeTools'>

/**
 * Whether this prompt has tools, or calls in its history, that the model can only read and write as text. Of patterns
 * in both settings the longer one decides, and `jsonTools` between equals.
 */
export function needsJsonTools({ tools, messages }: Prompt, model: Model, settings: ToolSettings): boolean {
  if (tools.length === 0 && !hasToolHistory(messages)) return false
  const json = bestMatch(model.id, settings.jsonTools)
  const native = bestMatch(model.id, settings.nativeTools)
  if (json < 0 && native < 0) return !model.toolCall
  return json >= native
}

/** Whether the model may call a tool in its answer. */
export function mayCall({ tools, toolChoice }: Prompt): boolean {
  return tools.length > 0 && toolChoice.type !== 'none'
}

/** Whether a call would be part of the answer's text. */
export function callsInText(prompt: Prompt, model: Model, settings: ToolSettings): boolean {
  return mayCall(prompt) && needsJsonTools(prompt, model, settings)
}

/** The same prompt for a model that has no tools: all about them is text. */
export function writeToolsAsText(prompt: Prompt): Prompt {
  const { parallelToolCalls, ...parameters } = prompt.parameters
  const messages = writeToolHistory(prompt.messages)
  return {
    ...prompt,
    messages: mayCall(prompt)
      ? instruct(messages, toolInstruction(prompt.tools, { toolChoice: prompt.toolChoice, parallel: parallelToolCalls !== false }))
      : messages,
    tools: [],
    toolChoice: { type: 'auto' },
    parameters,
  }
}
