/**
 * Kinds of blocks, items and parts of a history that only their vendor's servers make, or can read: what hosted tools were
 * asked and found, containers, compacted histories. Whoever answers now knows nothing of them, whatever format they came in.
 * Named as the vendors' packages do (`@anthropic-ai/sdk` 1.11, `openai` 6.49, `@google/genai` 2.32).
 */

const ANTHROPIC = [
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'advisor_tool_result',
  'mcp_tool_listing',
  'mcp_tool_use',
  'mcp_tool_result',
  'container_upload',
  'compaction',
  'fallback',
] as const

/** Codex has the last two of an earlier API of the same server. */
const OPENAI = [
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'computer_call',
  'computer_call_output',
  'image_generation_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
  'program',
  'program_output',
  'compaction_trigger',
  'compaction_summary',
  'context_compaction',
] as const

export const FOREIGN_BLOCKS = [...ANTHROPIC, ...OPENAI] as const

export type ForeignBlock = (typeof FOREIGN_BLOCKS)[number]

const FOREIGN: ReadonlySet<unknown> = new Set(FOREIGN_BLOCKS)

/** Google's parts have their kind as the name of a field. */
export const FOREIGN_PARTS = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse'] as const

/** Whether a block or item of that type is left out of a history, and named. */
export function isForeignBlock(type: unknown): boolean {
  return FOREIGN.has(type)
}
