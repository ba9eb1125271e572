import { expect, test } from 'vitest'
import type { CallForm } from '../../src/core/call.ts'
import type { Prompt } from '../../src/core/prompt.ts'
import type { Lease } from '../../src/engines/engine.ts'
import { askModel } from '../../src/exchange/ask-model.ts'
import { OpenAttempt } from '../../src/records/open-attempt.ts'
import { prompt, target, user } from '../wires/prompts.ts'
import { tell } from '../wires/told-answers.ts'

/** Who holds a model to JSON on the way that a request takes. */

const { model, form } = target({ wire: 'messages', apiModel: 'claude-sonnet-4-5' })
const schema = (property: object): Prompt['output'] => ({
  type: 'json-schema',
  name: 'answer',
  schema: { type: 'object', properties: { a: property }, required: ['a'] },
  strict: true,
})

/** What the provider, or a session, is asked. */
async function asked(output: Prompt['output'], lane: 'translated' | 'session', at: CallForm = form): Promise<any> {
  let seen: unknown
  const lease: Lease = {
    form: at,
    servedBy: 'run',
    async *call({ body }) {
      seen = JSON.parse(body)
      yield { type: 'head', status: 200, headers: { 'content-type': 'application/json' } }
      yield { type: 'bytes', bytes: Buffer.from(JSON.stringify(tell[at.wire]({ pieces: [{ say: '{"a":"b"}' }], reason: 'stop' }).whole)) }
    },
    async *generate(asked) {
      seen = asked
      yield { type: 'text-delta', text: '{"a":"b"}' }
      yield { type: 'finish', reason: 'stop', usage: undefined }
    },
    release: () => {},
  }
  const attempt = new OpenAttempt(model, { onLane: () => {}, onSettled: () => {} })
  const question = {
    client: 'c',
    requestId: 'r',
    choices: 1,
    stream: false,
    conversation: 'c',
    settings: { jsonTools: [], nativeTools: [], structuredOutput: 'auto' as const },
    plan: () => ({ lane, model, prompt: async () => prompt({ output, messages: [user('Hi')] }) }),
    onPlan: () => {},
    onHeaders: () => {},
  }
  for await (const _event of askModel({ open: async () => lease }, question, model, attempt, new AbortController().signal)) void _event
  return seen
}

test('the provider, where its format and its model can', async () => {
  const body = await asked(schema({ type: 'string' }), 'translated')
  expect(body.output_config.format).toMatchObject({ type: 'json_schema', schema: { additionalProperties: false } })
  expect(body.system).toBeUndefined()
})

test.each<[string, Prompt['output'], 'translated' | 'session', CallForm?]>([
  ['a model that cannot', schema({ type: 'string' }), 'translated', { ...form, apiModel: 'claude-3-5-haiku' }],
  ['a schema that it would hold in part', schema({ type: 'string', pattern: '^b$' }), 'translated'],
  ['JSON of any kind', { type: 'json' }, 'translated'],
  ['a session, which does not carry it', schema({ type: 'string' }), 'session'],
])('the bridge, with %s', async (_what, output, lane, at) => {
  const told = await asked(output, lane, at)
  expect(JSON.stringify(told)).toContain('Answer with JSON only')
  expect(told).not.toHaveProperty('output_config')
})
