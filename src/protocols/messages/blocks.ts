import type { ToolCall } from '../../core/prompt.ts'
import type { WireTextBlock, WireThinkingBlock, WireToolUseBlock } from './wire.ts'

export function textBlock(text: string): WireTextBlock {
  return { type: 'text', text, citations: null }
}

export function thinkingBlock(thinking: string): WireThinkingBlock {
  return { type: 'thinking', thinking, signature: '' }
}

export function toolUseBlock({ id, name }: Pick<ToolCall, 'id' | 'name'>, input: Record<string, unknown>): WireToolUseBlock {
  return { type: 'tool_use', id, name, input, caller: { type: 'direct' } }
}

/** The arguments of a call; text that is no JSON object is handed on in the wrapper that Anthropic advises for it. */
export function parseInput(args: string): Record<string, unknown> {
  if (args.trim() === '') return {}
  return parseObject(args) ?? { INVALID_JSON: args }
}

/** Whether the arguments of a call are all there. */
export function isWhole(args: string): boolean {
  return args.trimEnd().endsWith('}') && parseObject(args) !== undefined
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
