import { parseObject } from '../core/json-text.ts'
import type { Tool } from '../core/prompt.ts'

/** A tool of OpenAI's formats that takes a text, of which a grammar may say more. */
export interface CustomToolText {
  /** What the model calls it. */
  name: string
  description?: string | null | undefined
  /** `lark` or `regex`. */
  syntax?: string | null | undefined
  definition?: string | null | undefined
}

/** Models call tools with JSON only, so free text becomes the one string of an object. */
export function asFunction({ name, description, syntax, definition }: CustomToolText): Tool {
  const grammar = definition ? `The input must follow this ${syntax ?? ''} grammar:\n${definition}`.replace('  ', ' ') : undefined
  const text = [description, grammar].filter(Boolean).join('\n\n')
  return {
    name,
    ...(text !== '' && { description: text }),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: ['input'],
      additionalProperties: false,
    },
  }
}

/** The arguments of such a call. */
export function argumentsOf(input: string): string {
  return JSON.stringify({ input })
}

/** Whether they are arguments already. */
export function holdsInput(text: string): boolean {
  return typeof parseObject(text)?.input === 'string'
}
