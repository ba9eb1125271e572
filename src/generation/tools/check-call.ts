import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { ClientSchema } from '../schema/client-schema.ts'
import type { WrittenCall } from './read-call.ts'

/** Says what is wrong with a call, in words for the model; undefined when nothing is. */
export type CheckCall = (call: WrittenCall) => Promise<string | undefined>

/**
 * A check of calls against the tools that the client sent; a tool's schema is compiled when it is first called.
 * @throws BridgeError 400 `invalid_json_schema` for a schema that is too large; the check, for one that takes too much
 */
export function callChecker(tools: readonly Tool[], choice: ToolChoice): CheckCall {
  const schemas = new Map(
    tools.map((tool, index) => [tool, new ClientSchema(tool.parameters ?? {}, { whose: `the tool '${tool.name}'`, param: `tools[${index}]` })]),
  )
  return async ({ name, value, arguments: args }) => {
    if (name === undefined) return 'the block is not a JSON object with the name of a tool as "tool"'
    const tool = tools.find((tool) => tool.name === name)
    if (!tool) return `there is no tool ${JSON.stringify(name)}`
    if (choice.type === 'tool' && name !== choice.name) return `the tool to call is ${JSON.stringify(choice.name)}`
    if (value === undefined) return 'the block is not valid JSON'
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return '"args" is not a JSON object'
    const verdict = await schemas.get(tool)!.check([args])
    // A schema that is none cannot be checked; whether it is one is for the client to know.
    return 'problem' in verdict ? `"args" does not match the JSON Schema of ${name}: ${verdict.problem ?? 'it is not valid JSON'}` : undefined
  }
}
