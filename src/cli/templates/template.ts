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

/**
 * Reads a template's file: YAML between two lines of `---`, and the prompt.
 * @param where for the error
 * @throws CliError for a head that is wrong
 */
export function parseTemplate(text: string, where: string): Template {
  const [, head, prompt = text] = /^---\r?\n([\s\S]*?)\r?\n?---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? []
  return { ...(head === undefined ? {} : readHead(head, where)), prompt: prompt.trim() }
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
