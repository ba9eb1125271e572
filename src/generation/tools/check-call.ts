import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { compileSchema, type Validate } from '../json-schema.ts'
import type { WrittenCall } from './read-call.ts'

/** Says what is wrong with a call, in words for the model; undefined when nothing is. */
export type CheckCall = (call: WrittenCall) => string | undefined

/** A check of calls against the tools that the client sent; a tool's schema is compiled when it is first called. */
export function callChecker(tools: readonly Tool[], choice: ToolChoice): CheckCall {
  const validators = new Map<Tool, Validate>()
  return ({ name, value }) => {
    if (name === undefined) return 'the block is not a JSON object with the name of a tool as "tool"'
    const tool = tools.find((tool) => tool.name === name)
    if (!tool) return `there is no tool ${JSON.stringify(name)}`
    if (choice.type === 'tool' && name !== choice.name) return `the tool to call is ${JSON.stringify(choice.name)}`
    if (value === undefined) return 'the block is not valid JSON'
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return '"args" is not a JSON object'
    const validate = validators.get(tool) ?? validator(tool)
    validators.set(tool, validate)
    const problem = validate(value)
    return problem === undefined ? undefined : `"args" does not match the JSON Schema of ${name}: ${problem}`
  }
}

/** A schema that cannot be compiled cannot be checked; whether it is one is for the client to know. */
function validator({ parameters }: Tool): Validate {
  try {
    return compileSchema(parameters ?? {})
  } catch {
    return () => undefined
  }
}
