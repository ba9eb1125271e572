import type { Model, Wire } from '../../core/model.ts'
import type { OutputFormat, Prompt } from '../../core/prompt.ts'
import { instruct } from '../instruct.ts'
import type { GenerationSettings } from '../settings.ts'
import { callsInText, mayCall } from '../tools/prompt.ts'

export type JsonFormat = Exclude<OutputFormat, { type: 'text' }>

/** Formats in which a session of opencode's carries the output format to the provider. */
const NATIVE: ReadonlySet<Wire> = new Set(['chat', 'responses', 'gemini'] as const)

export function sessionCarriesOutput({ wire }: Model): boolean {
  return NATIVE.has(wire)
}

/**
 * The format to which the bridge itself must hold the model, if it must.
 * @param carriesOutput whether the provider would
 */
export function instructedFormat(prompt: Prompt, model: Model, settings: GenerationSettings, carriesOutput: boolean): JsonFormat | undefined {
  const { output } = prompt
  if (output.type === 'text') return undefined
  // A provider that holds a model to JSON leaves it no way to write a call in its text.
  if (callsInText(prompt, model, settings)) return output
  const native = settings.structuredOutput === 'auto' ? carriesOutput : settings.structuredOutput === 'native'
  return native ? undefined : output
}

/** The same prompt with the output format in words, and none for the provider. */
export function writeFormatAsText(prompt: Prompt, format: JsonFormat): Prompt {
  return { ...prompt, output: { type: 'text' }, messages: instruct(prompt.messages, outputInstruction(format, mayCall(prompt))) }
}

function outputInstruction(format: JsonFormat, callsFirst: boolean): string {
  return [
    '# Output',
    [
      format.type === 'json' ? 'Answer with JSON only: a single JSON object' : 'Answer with JSON only: a single JSON value that matches the JSON Schema below',
      ', with no text before or after it and no code fence.',
      ...(callsFirst ? [' This is about your answer itself; you may call tools first.'] : []),
    ].join(''),
    ...(format.type === 'json' ? [] : [`The JSON Schema of ${[format.name, format.description].filter(Boolean).join(', ')}:`, JSON.stringify(format.schema)]),
  ].join('\n\n')
}
