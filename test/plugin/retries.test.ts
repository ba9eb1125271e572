import { expect, test } from 'vitest'
import { withRetries } from '../../src/plugin/retries.ts'

const policy = { maxRetries: 4, delay: 0, maxRetryAfter: 20_000 }

/** Makes the calls of `answers`, the last of them from then on. */
async function callsFor(answers: (() => Response)[], retries = policy): Promise<number> {
  let calls = 0
  await withRetries(async () => answers[Math.min(calls++, answers.length - 1)]!(), { policy: retries, onRetry: () => {} }).catch(() => {})
  return calls
}

const answer =
  (status: number, headers: Record<string, string> = {}, body = '{"error":{"message":"no"}}') =>
  () =>
    new Response(body, { status, headers })

test.each<[string, number, (() => Response)[]]>([
  ['a failure without a pause is repeated as the policy says', 5, [answer(503)]],
  ['one with a pause is repeated once', 2, [answer(429, { 'retry-after': '0' })]],
  ['so is one with a pause in milliseconds', 2, [answer(503, { 'retry-after-ms': '1' })]],
  ['once all the same where only some of the answers have one', 3, [answer(500), answer(429, { 'retry-after': '0' })]],
  ['a pause that is too long is not waited for', 1, [answer(429, { 'retry-after': '21' })]],
  ['a used-up quota is not asked again', 1, [answer(429, {}, '{"error":{"code":"insufficient_quota"}}')]],
  ['a provider that says so is not asked again', 1, [answer(500, { 'x-should-retry': 'false' })]],
  ['nor one that says so of a rate limit', 1, [answer(429, { 'x-should-retry': 'false', 'retry-after': '0' })]],
  ['a provider that wants it is asked again', 2, [answer(400, { 'x-should-retry': 'true' }), answer(200)]],
  ['a rejected key is told at once', 1, [answer(401)]],
])('%s', async (_, calls, answers) => {
  expect(await callsFor(answers)).toBe(calls)
})

test('a policy without retries holds for pauses, too', async () => {
  expect(await callsFor([answer(429, { 'retry-after': '0' })], { ...policy, maxRetries: 0 })).toBe(1)
})
