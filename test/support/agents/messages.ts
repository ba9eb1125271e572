import { TOOLS } from '../strict/by-hand.ts'
import type { Agent } from './loop.ts'

/** Anthropic's Messages, with thinking. */
export function messagesAgent(): Agent {
  const messages: any[] = [{ role: 'user', content: 'Go' }]
  return {
    request: (model, stream) => ({
      path: '/v1/messages',
      body: { model, messages, stream, max_tokens: 8000, thinking: thinkingOf(model), tools: TOOLS.anthropic },
    }),
    take(answer) {
      const content = Array.isArray(answer) ? assemble(answer) : answer.content
      messages.push({ role: 'assistant', content })
      const text = content.map((block: any) => (block.type === 'text' ? block.text : '')).join('')
      return { calls: content.filter(({ type }: any) => type === 'tool_use'), text }
    },
    say: (content) => void messages.push({ role: 'user', content }),
    results(results) {
      const calls = messages.at(-1).content.filter(({ type }: any) => type === 'tool_use')
      messages.push({ role: 'user', content: results.map((content, index) => ({ type: 'tool_result', tool_use_id: calls[index].id, content })) })
    },
  }
}

/** From 4.6 on, Claude thinks as it pleases. */
function thinkingOf(model: string): object {
  return /4\.8/.test(model) ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: 2000 }
}

function assemble(events: any[]): any[] {
  const blocks: any[] = []
  for (const { type, index, content_block: block, delta } of events) {
    if (type === 'content_block_start') blocks[index] = { ...block, ...(block.type === 'tool_use' && { input: '' }) }
    if (type !== 'content_block_delta') continue
    const target = blocks[index]
    if (delta.type === 'text_delta') target.text += delta.text
    if (delta.type === 'thinking_delta') target.thinking += delta.thinking
    if (delta.type === 'signature_delta') target.signature = (target.signature ?? '') + delta.signature
    if (delta.type === 'input_json_delta') target.input += delta.partial_json
  }
  return blocks.map((block) => (block.type === 'tool_use' ? { ...block, input: JSON.parse(block.input || '{}') } : block))
}
