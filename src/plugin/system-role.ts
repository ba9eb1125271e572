/**
 * opencode's history has no system messages: the hook for them only reaches the head of the prompt. A system message
 * further down travels as a marked user message, and gets its role back in the body of the provider call.
 */
const MARK = '\u2063\u2063bridge-system\u2063\u2063'

export function markSystem(content: string): string {
  return MARK + content
}

/** Takes the marks out of a provider call's JSON body; messages of formats without such a role stay the user's. */
export function restoreSystemRole(body: string): string {
  if (!body.includes(MARK)) return body
  const request = JSON.parse(body) as { messages?: WireMessage[]; input?: WireMessage[]; system?: unknown }
  // Anthropic's format has a `system` field of its own and takes no such role among the messages.
  const canHoldRole = !('system' in request)
  for (const message of [...(request.messages ?? []), ...(Array.isArray(request.input) ? request.input : [])]) {
    if (canHoldRole && textOf(message)?.startsWith(MARK)) message.role = 'system'
  }
  return JSON.stringify(request).replaceAll(MARK, '')
}

interface WireMessage {
  role?: string
  content?: string | { text?: string }[]
}

function textOf(message: WireMessage): string | undefined {
  return typeof message.content === 'string' ? message.content : message.content?.[0]?.text
}
