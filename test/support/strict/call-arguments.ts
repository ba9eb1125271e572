import { randomBytes } from 'node:crypto'
import { isRecord } from './check.ts'
import type { Piece, Turn } from './scripts.ts'

/** A tool that the request offers. */
export interface ToolOffer {
  name: string
  /** Its JSON Schema, as the wire brought it. */
  parameters: unknown
}

/** The `index`th call of a loop: of the offered tools in turn, with arguments that nobody else sends. */
export function callOf({ tools, model }: Turn, index: number): Piece {
  const tool = tools[index % tools.length]
  if (!tool) throw new Error(`the script of ${model} calls tools, but the request offers none`)
  return { type: 'call', name: tool.name, arguments: argumentsFor(tool.parameters, `${'abc'[index]}-${randomBytes(4).toString('hex')}`) }
}

/** The least that a schema asks for; strings get `<property>-<seed>`. */
export function argumentsFor(schema: unknown, seed: string): Record<string, unknown> {
  if (!isRecord(schema) || !isRecord(schema.properties)) return {}
  const required: string[] = Array.isArray(schema.required) ? schema.required : []
  return Object.fromEntries(required.map((name) => [name, valueFor(schema.properties[name], `${name}-${seed}`)]))
}

function valueFor(schema: unknown, seed: string): unknown {
  if (!isRecord(schema)) return seed
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  // Gemini writes its types in capitals.
  switch (String([schema.type].flat()[0]).toLowerCase()) {
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 1
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array':
      return [valueFor(schema.items, seed)]
    case 'object':
      return argumentsFor(schema, seed)
    default:
      return seed
  }
}
