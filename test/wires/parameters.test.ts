import { describe, expect, it } from 'vitest'
import { PARAMETER_HANDLING } from '../../src/core/parameters.ts'
import type { Parameters, Prompt } from '../../src/core/prompt.ts'
import { wireFormats } from '../../src/wires/index.ts'
import { targetOf, WIRES } from './models.ts'
import { prompt, tool } from './prompts.ts'

describe.each(WIRES)('%s', (wire) => {
  const encode = (others: Partial<Prompt>) => wireFormats[wire].encode(prompt(others), targetOf(wire))

  /** A value of each parameter, beside what it needs to count. */
  const VALUES: Record<keyof Parameters, [Parameters[keyof Parameters], Partial<Prompt>?]> = {
    temperature: [0.5],
    topP: [0.96],
    topK: [5],
    maxOutputTokens: [900],
    stop: [['END']],
    seed: [3],
    presencePenalty: [1],
    frequencyPenalty: [1],
    logitBias: [{ '1': 2 }],
    logprobs: [2],
    reasoningEffort: ['low'],
    reasoningMode: ['disabled'],
    reasoningBudget: [3_000],
    reasoningDisplay: ['detailed', wire === 'messages' ? { parameters: { reasoningMode: 'adaptive' } } : {}],
    verbosity: ['low'],
    parallelToolCalls: [false, { tools: [tool('look')] }],
    user: ['u1'],
    metadata: [{ a: 'b' }],
    store: [true],
    serviceTier: ['flex'],
    prediction: [{ type: 'content', content: 'A' }],
    modalities: [['audio']],
  }

  it.each(Object.keys(VALUES) as (keyof Parameters)[])('%s is carried if the table says so', (name) => {
    const [value, others = {}] = VALUES[name]
    const without = JSON.stringify(encode(others))
    const withIt = JSON.stringify(encode({ ...others, parameters: { ...others.parameters, [name]: value } }))
    expect(withIt !== without).toBe(PARAMETER_HANDLING[name][wire] === 'carried')
  })
})
