import { BridgeError } from '../../core/errors.ts'
import type { Tool, ToolChoice } from '../../core/prompt.ts'
import type { ChatRequest } from './schema.ts'

/** Turns the tools of a request into those of a prompt; one without parameters takes an empty object. */
export function decodeTools(tools: ChatRequest['tools']): Tool[] {
  return (tools ?? []).map(({ function: { name, description, parameters } }) => ({
    name,
    ...(typeof description === 'string' && { description }),
    parameters: parameters ?? { type: 'object', properties: {} },
  }))
}

/**
 * Reads which tools the model may or must call; by default those that there are.
 * @throws BridgeError 400 when a call is demanded of a tool that was not sent
 */
export function decodeToolChoice(choice: ChatRequest['tool_choice'], tools: readonly Tool[]): ToolChoice {
  if (choice === null || choice === undefined) return { type: 'auto' }
  if (typeof choice === 'string') {
    if (choice === 'required' && tools.length === 0) throw impossibleChoice(`'required' needs at least one tool in 'tools'`)
    return { type: choice }
  }
  const { name } = choice.function
  if (!tools.some((tool) => tool.name === name)) throw impossibleChoice(`it names a tool that is not in 'tools'`)
  return { type: 'tool', name }
}

function impossibleChoice(reason: string): BridgeError {
  return new BridgeError(`Invalid value for 'tool_choice': ${reason}.`, {
    code: 'invalid_value',
    status: 400,
    param: 'tool_choice',
  })
}
