import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { block, CALL_CLOSE, CALL_OPEN, RESULT_OPEN } from './markers.ts'

export interface InstructionOptions {
  toolChoice: ToolChoice
  /** Whether one answer may hold several calls. */
  parallel: boolean
}

/** Tells a model which tools there are and how it calls them in its text. */
export function toolInstruction(tools: readonly Tool[], { toolChoice, parallel }: InstructionOptions): string {
  return [
    '# Tools',
    'You can call tools. To call one, write a block of exactly this form:',
    block(CALL_OPEN, '{"tool": "name", "args": {…}}', CALL_CLOSE),
    [
      '"tool" is the name of the tool and "args" is a JSON object that matches the tool\'s JSON Schema.',
      'Both markers are required, and there is only JSON between them.',
      parallel ? 'Write one block for each call; you may write several blocks one after the other.' : 'Write at most one block in an answer.',
      `End your answer after the last block: the next message brings the results, as ${RESULT_OPEN} blocks, which you never write yourself.`,
      ...demand(toolChoice),
    ].join(' '),
    'The tools, one in each line:',
    tools.map(describe).join('\n'),
  ].join('\n\n')
}

function demand(choice: ToolChoice): string[] {
  if (choice.type === 'required') return ['In this answer you must call a tool.']
  if (choice.type === 'tool') return [`In this answer you must call the tool ${JSON.stringify(choice.name)}.`]
  return []
}

function describe({ name, description, parameters }: Tool): string {
  return JSON.stringify({ name, description, parameters: parameters ?? { type: 'object', properties: {} } })
}
