import { parseObject } from '../core/json-text.ts'

/**
 * What another plugin of the user's puts before every system prompt, as logins do whose provider takes calls of one
 * program only: `opencode-anthropic-auth` has Claude's subscription believe that Claude Code asks.
 */

/** The prompt of our own agent; opencode's part of the system prompt begins with it. Not by opencode's name: some logins replace that. */
export const AGENT_PROMPT = 'bridge-agent'

/** The texts that stand before opencode's own. */
export function preambleOf(system: readonly string[]): string[] {
  return system.slice(
    0,
    Math.max(
      0,
      system.findIndex((text) => text.includes(AGENT_PROMPT)),
    ),
  )
}

/** The same of the call that comes of it, whose system prompt ends with opencode's: plugins after ours had their say. */
export function preambleOfBody(text: string): string[] {
  return preambleOf(systemTexts(parseObject(text) ?? {}))
}

interface Content {
  role?: string
  content?: string | { text?: string }[]
  text?: string
}

function systemTexts(body: Record<string, any>): string[] {
  const system =
    body.system ??
    body.systemInstruction?.parts ??
    body.instructions ??
    ([body.messages, body.input].find(Array.isArray) as Content[] | undefined)?.filter(isSystem)
  return [system ?? []].flat().flatMap(textsOf)
}

function isSystem({ role }: Content): boolean {
  return role === 'system' || role === 'developer'
}

function textsOf(part: string | Content): string[] {
  if (typeof part === 'string') return [part]
  if (part.text !== undefined) return [part.text]
  return [part.content ?? []].flat().flatMap(textsOf)
}
