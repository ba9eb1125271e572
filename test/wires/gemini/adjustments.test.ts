import { expect, it } from 'vitest'
import type { Prompt } from '../../../src/core/prompt.ts'
import { adjustments } from '../../../src/wires/gemini/adjustments.ts'
import { prompt, target } from '../prompts.ts'

it.each<[string, Prompt['parameters'], unknown[]]>([
  ['gemini-3-pro', { presencePenalty: 1, temperature: 1.5, reasoningDisplay: 'auto' }, []],
  ['gemini-2.5-flash', { presencePenalty: 1, frequencyPenalty: 1 }, [{ name: 'presencePenalty' }, { name: 'frequencyPenalty' }]],
  ['gemini-2.5-flash', { reasoningBudget: 3_333 }, []],
  ['gemini-2.5-flash', { reasoningBudget: 30_000 }, [{ name: 'reasoningBudget', instead: '24576' }]],
  ['gemini-2.5-flash', { reasoningEffort: 'low' }, [{ name: 'reasoningEffort', instead: '1024' }]],
  ['gemini-2.5-flash', { reasoningMode: 'disabled' }, []],
  ['gemini-2.5-pro', { reasoningMode: 'disabled' }, [{ name: 'reasoningMode', instead: '128' }]],
  ['gemini-3.1-pro', { reasoningEffort: 'medium' }, []],
  ['gemini-3-pro', { reasoningEffort: 'medium' }, [{ name: 'reasoningEffort', instead: 'low' }]],
  ['gemini-3-pro', { reasoningBudget: 3_333 }, [{ name: 'reasoningBudget', instead: 'low' }]],
  ['gemini-3-pro', { reasoningMode: 'disabled' }, [{ name: 'reasoningMode', instead: 'low' }]],
  ['gemini-3-pro', { reasoningMode: 'adaptive' }, []],
  ['gemini-3-pro', { reasoningEffort: 'turbo' }, [{ name: 'reasoningEffort' }]],
])('%s with %j: %j', (apiModel, parameters, expected) => {
  expect(adjustments(prompt({ parameters }), target({ wire: 'gemini', apiModel }))).toEqual(expected)
})

it('a model that does not think is not asked to', () => {
  const to = target({ wire: 'gemini', apiModel: 'gemini-2.0-flash', model: { reasoning: false } })
  expect(adjustments({ parameters: { reasoningBudget: 5 } }, to)).toEqual([{ name: 'reasoningBudget' }])
  expect(adjustments({ parameters: { reasoningMode: 'adaptive' } }, to)).toEqual([{ name: 'reasoningMode' }])
  expect(adjustments({ parameters: { reasoningMode: 'disabled' } }, to)).toEqual([])
})
