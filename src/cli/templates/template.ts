import { parse } from 'yaml'
import { z } from 'zod'
import { usageError } from '../command-line/failure.ts'

/** The head of a template's file; its text is the prompt. */
const headSchema = z.strictObject({
  description: z.string().optional(),
  model: z.string().optional(),
  system: z.string().optional(),
  /** As `--schema` takes it, or the schema itself. */
  schema: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** Parameters, as `-o` takes them. */
  options: z.record(z.string(), z.unknown()).optional(),
  extract: z.boolean().optional(),
  /** Values of variables that `-p` does not give. */
  defaults: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
})

export type TemplateHead = z.output<typeof headSchema>

export interface Template extends TemplateHead {
  prompt: string
}

const VARIABLE = /\{\{\s*([\w-]+)\s*\}\}/g

/** What was typed and piped in. */
const INPUT = 'input'

/**
 * Reads a template's file: YAML between two lines of `---`, and the prompt.
 * @param where for the error
 * @throws CliError for a head that is wrong
 */
export function parseTemplate(text: string, where: string): Template {
  const [, head, prompt = text] = /^---\r?\n([\s\S]*?)\r?\n?---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? []
  return { ...(head === undefined ? {} : readHead(head, where)), prompt: prompt.trim() }
}

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

function readHead(head: string, where: string): TemplateHead {
  let values: unknown
  try {
    values = parse(head) ?? {}
  } catch (error) {
    throw usageError(`the head of ${where} is not valid YAML: ${(error as Error).message.split('\n', 1)[0]}`)
  }
  const { success, data, error } = headSchema.safeParse(values)
  if (success) return data
  const { path, message } = error.issues[0]!
  throw usageError(
    `the head of ${where} is wrong${path.length > 0 ? ` at ${path.join('.')}` : ''}: ${message}`,
    `it may have ${Object.keys(headSchema.shape).join(', ')}`,
  )
}
