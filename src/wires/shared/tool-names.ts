import { createHash } from 'node:crypto'
import { callsOf } from '../../core/assistant-message.ts'
import type { Prompt } from '../../core/prompt.ts'

/** How the tools of one prompt are called at the provider, and back. */
export interface ToolNames {
  toProvider(name: string): string
  /** A name that the model made up stays as it is. */
  toClient(name: string): string
}

/** What every vendor takes as the name of a function. */
const ACCEPTED = /^[a-zA-Z0-9_-]{1,64}$/
const MAX_LENGTH = 64

/**
 * Names that vendors refuse are cleaned and shortened, no two alike; all others stay. The same prompt always gives the
 * same names, so that those of its answer can be read with another call of this.
 */
export function toolNamesOf({ tools, toolChoice, messages }: Pick<Prompt, 'tools' | 'toolChoice' | 'messages'>): ToolNames {
  const names = new Set([
    ...tools.map(({ name }) => name),
    ...(toolChoice.type === 'tool' ? [toolChoice.name] : []),
    ...messages.flatMap((message) => (message.role === 'assistant' ? callsOf(message).map(({ name }) => name) : [])),
  ])
  const accepted = [...names].filter((name) => ACCEPTED.test(name))
  const toClient = new Map(accepted.map((name) => [name, name]))
  const toProvider = new Map(toClient)
  for (const name of names) {
    if (toProvider.has(name)) continue
    const changed = acceptable(name, toClient)
    toProvider.set(name, changed)
    toClient.set(changed, name)
  }
  return { toProvider: (name) => toProvider.get(name) ?? name, toClient: (name) => toClient.get(name) ?? name }
}

function acceptable(name: string, taken: ReadonlyMap<string, string>): string {
  const clean = name.replace(/[^a-zA-Z0-9_-]/g, '_') || 'tool'
  if (clean.length <= MAX_LENGTH && !taken.has(clean)) return clean
  for (let attempt = 0; ; attempt++) {
    const suffix = `_${createHash('sha256').update(`${attempt}${name}`).digest('hex').slice(0, 8)}`
    const marked = clean.slice(0, MAX_LENGTH - suffix.length) + suffix
    if (!taken.has(marked)) return marked
  }
}
