import { expect, it } from 'vitest'
import type { Envelope } from '../../src/plugin/contract.ts'
import { completeBody } from '../../src/plugin/provider-body.ts'

const envelope: Envelope = {
  id: '1',
  model: { providerID: 'github-copilot', modelID: 'gpt' },
  messages: [
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', token: { kind: 'metadata', value: '{"copilot":{"reasoningEncryptedContent":"A"}}', origin: 'github-copilot/gpt' } },
        { type: 'tool-call', id: 'a', name: 'read', arguments: '{"path":  "a"}' },
      ],
    },
  ],
  tools: [],
  toolChoice: { type: 'auto' },
  output: { type: 'text' },
  parameters: {},
  retry: { maxRetries: 0, delay: 0, maxRetryAfter: 0 },
}
const call = { type: 'function_call', call_id: 'a', name: 'read', arguments: '{"path":"a"}' }

const complete = (body: object): any => JSON.parse(completeBody(JSON.stringify({ input: [call], ...body }), 'responses', envelope))

it('has the reasoning and the arguments of calls to OpenAI as they were', () => {
  expect(complete({}).input).toEqual([
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'A' },
    { ...call, arguments: '{"path":  "a"}' },
  ])
})

it.each([
  [{ store: false, reasoning: { effort: 'low' } }, ['reasoning.encrypted_content']],
  [{ store: false, reasoning: {}, include: ['a', 'reasoning.encrypted_content'] }, ['a', 'reasoning.encrypted_content']],
  [{ store: false }, undefined],
  [{ store: true, reasoning: {} }, undefined],
  [{ reasoning: {} }, undefined],
])('asks for what is encrypted where nothing is stored: %j', (body, include) => {
  expect(complete(body).include).toEqual(include)
})
