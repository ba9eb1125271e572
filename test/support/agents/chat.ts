import { TOOLS } from '../strict/by-hand.ts'
import type { Agent } from './loop.ts'

/** OpenAI's Chat Completions, with what gateways add to them. */
export function chatAgent(): Agent {
  const messages: any[] = [{ role: 'user', content: 'Go' }]
  return {
    request: (model, stream) => ({ path: '/v1/chat/completions', body: { model, messages, stream, tools: TOOLS.chat } }),
    take(answer) {
      const message = Array.isArray(answer) ? assemble(answer) : answer.choices[0].message
      messages.push(message)
      const calls = (message.tool_calls ?? []).map(({ id, function: { name } }: any) => ({ id, name }))
      return { calls, text: message.content ?? '' }
    },
    say: (content) => void messages.push({ role: 'user', content }),
    results(results) {
      const { tool_calls: calls } = messages.at(-1)
      messages.push(...results.map((content, index) => ({ role: 'tool', tool_call_id: calls[index].id, content })))
    },
  }
}

function assemble(chunks: any[]): any {
  const message: any = { role: 'assistant', content: null }
  for (const delta of chunks.flatMap((chunk) => chunk.choices?.[0]?.delta ?? [])) {
    for (const field of ['content', 'reasoning_content', 'reasoning_opaque', 'reasoning_text'])
      if (delta[field]) message[field] = (message[field] ?? '') + delta[field]
    if (delta.reasoning_details) (message.reasoning_details ??= []).push(...delta.reasoning_details)
    for (const { index, id, function: call } of delta.tool_calls ?? []) {
      const made = ((message.tool_calls ??= [])[index] ??= { id, type: 'function', function: { name: call.name, arguments: '' } })
      made.function.arguments += call.arguments ?? ''
    }
  }
  return message
}
