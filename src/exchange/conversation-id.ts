import { hash } from 'node:crypto'

/** Where clients name the conversation that a request belongs to. */
const HEADERS = ['x-bridge-session', 'session_id', 'session-id', 'conversation_id', 'x-session-id', 'x-claude-code-session-id']

/** Characters at the beginning and at the end of a long text. */
const EDGE = 8 * 1024

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * A name for the conversation of a request, in the form of opencode's session ids: the same for every turn, another
 * for every other conversation and caller. Providers find their caches by it.
 * @param caller tells callers apart
 * @param body the JSON of the request in any client's format
 */
export function conversationId(caller: string, headers: Headers, body: Record<string, unknown>): string {
  const named = HEADERS.map((name) => headers.get(name)).find(Boolean) ?? text(body.prompt_cache_key)
  const what =
    named === undefined
      ? JSON.stringify([body.instructions, body.system, body.systemInstruction, beginning(body), user(body)], (_key, value: unknown) => shorten(value))
      : `named ${named}`
  const bytes = hash('sha256', `${caller}\n${what}`, 'buffer')
  return `ses_${Array.from(bytes.subarray(0, 26), (byte) => DIGITS[byte % DIGITS.length]).join('')}`
}

/** Of a file or a page at the beginning, what tells it from others: all of it would take longer than all else that is done. */
function shorten(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= 2 * EDGE) return value
  return [value.length, value.slice(0, EDGE), value.slice(-EDGE)]
}

/** The messages up to the first of the user's: they stay as they are while a conversation grows. */
function beginning({ messages, input, contents, prompt }: Record<string, unknown>): unknown {
  const list = messages ?? input ?? contents ?? prompt
  if (!Array.isArray(list)) return list
  return list.slice(0, list.findIndex((item: { role?: unknown } | null) => item?.role === 'user') + 1)
}

/** Claude Code's names its session. */
function user({ metadata }: Record<string, unknown>): string | undefined {
  return text((metadata as { user_id?: unknown } | null | undefined)?.user_id)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
