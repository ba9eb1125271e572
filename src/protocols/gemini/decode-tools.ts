import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { invalidValue } from '../invalid-value.ts'
import { toJsonSchema } from './json-schema.ts'
import type { FunctionDeclaration, GenerateRequest } from './schema.ts'

/**
 * Reads the functions of a request, and which of them the model may or must call. A restriction to some of them leaves
 * the others out.
 * @throws BridgeError 400 for two functions of one name, and for a call demanded of a function that was not declared
 */
export function decodeTools({ tools, toolConfig }: GenerateRequest): { tools: Tool[]; toolChoice: ToolChoice } {
  const all = readDeclarations(tools)
  const { mode, allowedFunctionNames } = toolConfig?.functionCallingConfig ?? {}
  const param = 'toolConfig.functionCallingConfig'
  if (mode === 'NONE') return { tools: all, toolChoice: { type: 'none' } }

  const names = new Set(allowedFunctionNames ?? [])
  const allowed = names.size === 0 ? all : all.filter(({ name }) => names.has(name))
  if (allowed.length < names.size) throw invalidValue(`${param}.allowedFunctionNames`, "it names a function that is not in 'tools'")
  if (mode !== 'ANY') return { tools: allowed, toolChoice: { type: 'auto' } }

  const [first] = allowed
  if (first === undefined) throw invalidValue(`${param}.mode`, "'ANY' needs at least one function in 'tools'")
  if (names.size === 1) return { tools: all, toolChoice: { type: 'tool', name: first.name } }
  return { tools: allowed, toolChoice: { type: 'required' } }
}

function readDeclarations(tools: GenerateRequest['tools']): Tool[] {
  const names = new Set<string>()
  return (tools ?? []).flatMap(({ functionDeclarations }, index) =>
    (functionDeclarations ?? []).map((declaration, at) => {
      const { name } = declaration
      if (names.has(name)) throw invalidValue(`tools[${index}].functionDeclarations[${at}].name`, 'another function has the same name')
      names.add(name)
      return decodeDeclaration(declaration)
    }),
  )
}

function decodeDeclaration({ name, description, parameters, parametersJsonSchema }: FunctionDeclaration): Tool {
  const schema = parametersJsonSchema ?? (parameters && toJsonSchema(parameters))
  return { name, ...(typeof description === 'string' && { description }), ...(schema && { parameters: schema }) }
}
