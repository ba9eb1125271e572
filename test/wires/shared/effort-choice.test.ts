import { describe, expect, it } from 'vitest'
import { chooseEffort, type EffortWish } from '../../../src/wires/shared/effort-choice.ts'

const choose = (wish: EffortWish, efforts: string[] = [], reasoning = true) => chooseEffort(wish, { efforts, reasoning })
const USUAL = ['low', 'medium', 'high']

describe('an effort', () => {
  it.each<[EffortWish, string[], unknown]>([
    [{}, USUAL, {}],
    [{ reasoningMode: 'adaptive' }, USUAL, {}],
    [{ reasoningEffort: 'low' }, USUAL, { effort: 'low' }],
    [{ reasoningEffort: 'xhigh' }, [], { effort: 'xhigh' }],
    [{ reasoningEffort: 'minimal' }, USUAL, { effort: 'low', rounded: 'minimal' }],
    [{ reasoningEffort: 'max' }, [...USUAL, 'xhigh'], { effort: 'xhigh', rounded: 'max' }],
    [{ reasoningEffort: 'medium' }, ['low', 'high'], { effort: 'low', rounded: 'medium' }],
    [{ reasoningEffort: 'turbo' }, USUAL, { effort: 'turbo' }],
    [{ reasoningEffort: 'high' }, ['thinking'], { effort: 'high' }],
    [{ reasoningEffort: 'high', reasoningBudget: 1024 }, USUAL, { effort: 'high' }],
  ])('%j of %j', (wish, efforts, expected) => {
    expect(choose(wish, efforts)).toEqual(expected)
  })
})

describe('a budget', () => {
  it.each([
    [1, 'low'],
    [1024, 'low'],
    [4000, 'low'],
    [8192, 'medium'],
    [10_000, 'medium'],
    [16_000, 'high'],
    [31_999, 'high'],
    [1_000_000, 'high'],
  ])('of %i tokens is %s', (reasoningBudget, effort) => {
    expect(choose({ reasoningBudget })).toEqual({ effort, rounded: String(reasoningBudget) })
    expect(choose({ reasoningBudget }, USUAL)).toEqual({ effort, rounded: String(reasoningBudget) })
  })

  it.each([
    [['none', 'minimal', 'low'], 300, 'minimal'],
    [['none', 'high', 'xhigh', 'max'], 31_999, 'xhigh'],
    [['high'], 1, 'high'],
  ])('is one of %j', (efforts, reasoningBudget, effort) => {
    expect(choose({ reasoningBudget }, efforts)).toEqual({ effort, rounded: String(reasoningBudget) })
  })

  it('is none where nobody knows the names', () => {
    expect(choose({ reasoningBudget: 9000 }, ['thinking', 'none'])).toEqual({ rounded: '9000' })
  })
})

describe('no thinking', () => {
  it.each<[string[], boolean, unknown]>([
    [['none', 'low'], true, { effort: 'none' }],
    [['minimal', 'low'], true, { effort: 'minimal', rounded: 'disabled' }],
    [USUAL, true, { effort: 'low', rounded: 'disabled' }],
    [[], true, { rounded: 'disabled' }],
    [[], false, {}],
  ])('of %j', (efforts, reasoning, expected) => {
    expect(choose({ reasoningMode: 'disabled' }, efforts, reasoning)).toEqual(expected)
    expect(choose({ reasoningBudget: 0 }, efforts, reasoning)).toEqual(expected)
    expect(choose({ reasoningMode: 'disabled', reasoningEffort: 'high' }, efforts, reasoning)).toEqual(expected)
  })

  it('by its name is said where nobody knows the names', () => {
    expect(choose({ reasoningEffort: 'none' })).toEqual({ effort: 'none' })
    expect(choose({ reasoningEffort: 'none' }, USUAL)).toEqual({ effort: 'low', rounded: 'disabled' })
  })
})
