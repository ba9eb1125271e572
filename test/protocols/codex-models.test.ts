import { expect, test } from 'vitest'
import { encodeCodexModels } from '../../src/protocols/codex-models.ts'
import { model } from '../server/fake-engine.ts'
import { testApp } from '../server/test-app.ts'

const entryOf = (more: object = {}) => encodeCodexModels([{ ...model('p/m'), ...more }]).models[0]!

test('Codex’s catalogue has a model’s context, kinds of input and efforts', () => {
  expect(entryOf({ name: 'M', contextLength: 77_000, reasoning: true, efforts: ['max', 'high', 'medium', 'low'] })).toMatchObject({
    slug: 'p/m',
    display_name: 'M',
    context_window: 77_000,
    input_modalities: ['text', 'image'],
    supports_reasoning_summaries: true,
    default_reasoning_level: 'medium',
    // One that a version does not know would be the end of the catalogue for it.
    supported_reasoning_levels: [{ effort: 'low' }, { effort: 'medium' }, { effort: 'high' }],
  })
  const plain = entryOf({ contextLength: 0, input: { image: false, pdf: false, audio: false } })
  expect(plain).toMatchObject({ default_reasoning_level: null, supported_reasoning_levels: [], input_modalities: ['text'] })
  expect(plain).not.toHaveProperty('context_window')
})

test('it has what every version of Codex with a catalogue wants', () => {
  // Those without a default in codex-rs/protocol/src/openai_models.rs; 0.171 refuses empty instructions.
  const wanted = ['slug', 'display_name', 'supported_reasoning_levels', 'shell_type', 'visibility', 'supported_in_api', 'priority', 'base_instructions']
  const further = ['supports_reasoning_summaries', 'support_verbosity', 'truncation_policy', 'supports_parallel_tool_calls', 'experimental_supported_tools']
  for (const name of [...wanted, ...further]) expect(entryOf()).toHaveProperty(name)
  expect(entryOf().base_instructions).not.toBe('')
})

test('only Codex gets it', async () => {
  const { get } = testApp({ aliases: { fast: ['openai/gpt-5'] } })
  const { models } = (await (await get('/v1/models?client_version=0.171.0')).json()) as ReturnType<typeof encodeCodexModels>
  expect(models.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['openai/gpt-5', 'fast']))
  expect(models.map(({ priority }) => priority)).toEqual(models.map((_, index) => index))
  expect(await (await get('/v1/models')).json()).toMatchObject({ object: 'list' })
})
