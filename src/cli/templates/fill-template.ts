import { usageError } from '../command-line/failure.ts'
import type { Template } from './template.ts'

const VARIABLE = /\{\{\s*([\w-]+)\s*\}\}/g

/** What was typed and piped in. */
const INPUT = 'input'

/**
 * Fills in a template. What was typed and piped in stands for `{{input}}`, else behind the prompt.
 * @throws CliError for a variable without a value, and a value without its variable
 */
export function fillTemplate(template: Template, name: string, values: Readonly<Record<string, string>>, input: string): { prompt: string; system?: string } {
  const texts = [template.prompt, template.system ?? '']
  const known = new Set(texts.flatMap((text) => [...text.matchAll(VARIABLE)].map((match) => match[1]!)))
  const unknown = Object.keys(values).find((variable) => !known.has(variable) || variable === INPUT)
  if (unknown !== undefined)
    throw usageError(`the template ${name} has no variable ${unknown}`, `it has ${[...known].filter((variable) => variable !== INPUT).join(', ') || 'none'}`)
  const all: Record<string, unknown> = { ...template.defaults, ...values, [INPUT]: input }
  const missing = [...known].filter((variable) => !Object.hasOwn(all, variable))
  if (missing.length > 0) throw usageError(`the template ${name} needs ${missing.join(', ')}`, missing.map((variable) => `-p ${variable}=…`).join(' '))
  // In one go: what a value holds is no variable.
  const fill = (text: string) => text.replaceAll(VARIABLE, (_, variable: string) => String(all[variable]))
  const parts = [fill(template.prompt), ...(known.has(INPUT) ? [] : [input])].filter((part) => part.trim() !== '')
  return { prompt: parts.join('\n\n'), ...(template.system !== undefined && { system: fill(template.system) }) }
}
