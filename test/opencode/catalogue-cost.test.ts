import { expect, test } from 'vitest'
import { toModels } from '../../src/opencode/catalogue.ts'
import type { ProbedCost, ProbedModel } from '../../src/plugin/probed-models.ts'

const rates = { input: 1.25, output: 10, cache: { read: 0.125, write: 0 } }
const long = { input: 2.5, output: 15, cache: { read: 0.25, write: 0 } }

function costOf(cost: ProbedCost) {
  const able = { text: true, audio: false, image: false, video: false, pdf: false }
  const capabilities = { temperature: true, reasoning: false, attachment: false, toolcall: true, input: able, output: able, interleaved: false }
  const api = { id: 'm', url: '', npm: '@ai-sdk/openai' }
  const model: ProbedModel = { id: 'm', name: 'M', api, status: 'active', cost, limit: { context: 1, output: 1 }, capabilities, release_date: '' }
  return toModels([{ id: 'p', name: 'P', env: [], source: 'env', models: { m: model } }])[0]!.cost
}

const flat = { input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 0 }
const beyond = { input: 2.5, output: 15, cacheRead: 0.25, cacheWrite: 0 }

test.each<[string, ProbedCost, unknown]>([
  ['no tiers', rates, []],
  ['tiers by the length of the context', { ...rates, tiers: [{ ...long, tier: { type: 'context', size: 272_000 } }] }, [{ above: 272_000, ...beyond }]],
  ['one of their older form', { ...rates, experimentalOver200K: long }, [{ above: 200_000, ...beyond }]],
])('a model keeps its price: %s', (_name, cost, tiers) => {
  expect(costOf(cost)).toEqual({ ...flat, tiers })
})
