import type { AbstractRequest, Turn, UserPart } from './client-format.ts'

/** The messages with which a provider of OpenAI's format has to be called for a request, and no others. */
export function providerMessages({ system, turns }: AbstractRequest): object[] {
  return [...(system === undefined ? [] : [{ role: 'system', content: system }]), ...turns.flatMap(toMessages)]
}

function toMessages(turn: Turn): object[] {
  switch (turn.role) {
    case 'user': {
      const [first, ...others] = turn.parts
      if (first?.type === 'text' && others.length === 0) return [{ role: 'user', content: first.text }]
      return [{ role: 'user', content: turn.parts.map(toPart) }]
    }
    case 'assistant': {
      const calls = turn.calls.map(({ id, ...call }) => ({ id, type: 'function', function: call }))
      return [
        {
          role: 'assistant',
          content: turn.text,
          // Models that reason may refuse calls that came without any.
          ...((turn.reasoning || calls.length > 0) && { reasoning_content: turn.reasoning }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
      ]
    }
    case 'tools':
      return turn.results.map(({ call, content }) => ({ role: 'tool', tool_call_id: call.id, content }))
  }
}

function toPart(part: UserPart): object {
  return part.type === 'text' ? part : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } }
}
