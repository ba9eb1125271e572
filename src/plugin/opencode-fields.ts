import { parseObject } from '../core/json-text.ts'

/** The conversation and what every call has; the rest is what opencode or the user's configuration of it asks for. */
const CONVERSATION: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'input',
  'contents',
  'system',
  'systemInstruction',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'toolConfig',
])

/** What a package writes in any case, whatever the user says. */
const ALWAYS: ReadonlySet<string> = new Set(['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'include', 'instructions'])

/**
 * The fields of a call's body beside the conversation, without those that name opencode's session.
 * @param configured leaves out what a package writes in any case, too
 */
export function opencodeFields(text: string, session: string, configured = false): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parseObject(text) ?? {}).filter(
      ([name, value]) => !CONVERSATION.has(name) && !(configured && ALWAYS.has(name)) && !JSON.stringify(value)?.includes(session),
    ),
  )
}
