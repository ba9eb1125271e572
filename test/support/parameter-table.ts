import type { Wire } from '../../src/core/model.ts'
import { PARAMETER_HANDLING } from '../../src/core/parameters.ts'
import type { Parameters } from '../../src/core/prompt.ts'

const COLUMNS: Record<Wire, string> = {
  chat: 'Chat Completions',
  responses: 'Responses',
  messages: 'Anthropic Messages',
  gemini: 'Gemini',
  unknown: 'another',
}

/** The README's table of how each parameter gets to a model, by the format that the model's provider speaks. */
export function renderParameterTable(names: Record<keyof Parameters, string>): string {
  const wires = Object.keys(COLUMNS) as Wire[]
  const rows = (Object.keys(PARAMETER_HANDLING) as (keyof Parameters)[]).map((key) => [
    `\`${names[key]}\``,
    ...wires.map((wire) => PARAMETER_HANDLING[key][wire]),
  ])
  const head = ['Parameter', ...wires.map((wire) => COLUMNS[wire])]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
