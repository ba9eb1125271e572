import { TOOLS } from '../strict/by-hand.ts'
import type { Agent } from './loop.ts'

/** OpenAI's Responses, with nothing kept: what the model thought goes to and fro. */
export function responsesAgent(): Agent {
  const input: any[] = [{ role: 'user', content: 'Go' }]
  let calls: any[] = []
  return {
    request: (model, stream) => ({
      path: '/v1/responses',
      body: { model, input, stream, store: false, include: ['reasoning.encrypted_content'], tools: TOOLS.responses },
    }),
    take(answer) {
      const { output } = Array.isArray(answer) ? answer.findLast(({ type }) => type === 'response.completed').response : answer
      input.push(...output)
      calls = output.filter(({ type }: any) => type === 'function_call')
      const text = output
        .flatMap(({ content }: any) => content ?? [])
        .map(({ text = '' }: any) => text)
        .join('')
      return { calls: calls.map(({ call_id: id, name }) => ({ id, name })), text }
    },
    say: (content) => void input.push({ role: 'user', content }),
    results(results) {
      input.push(...results.map((output, index) => ({ type: 'function_call_output', call_id: calls[index].call_id, output })))
    },
  }
}
