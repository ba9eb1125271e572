import { describe, expect, it } from 'vitest'
import { type ModelNames, resolveModel } from '../../src/server/model-names.ts'
import { model } from './fake-engine.ts'

const names: ModelNames = {
  models: ['demo/echo', 'a/shared', 'b/shared', 'a/gpt-5', 'openrouter/meta/llama-3', 'openrouter/a/gpt-5'].map(model),
  aliases: { fast: ['nowhere/x', 'echo'], 'gpt-5': ['demo/echo'], 'a/gpt-5': ['demo/echo'], gone: ['nowhere/x'] },
  defaultModels: ['nowhere/x', 'a/gpt-5'],
}

const resolve = (name: string | undefined, changes: Partial<ModelNames> = {}): string =>
  resolveModel(name, { ...names, ...changes })

describe('resolveModel', () => {
  it.each<[string | undefined, string, string]>([
    ['demo/echo', 'demo/echo', 'an id'],
    ['a/gpt-5', 'a/gpt-5', 'an id, before an alias and a bare id'],
    ['fast', 'demo/echo', 'the first of an alias that exists'],
    ['gpt-5', 'demo/echo', 'an alias, before a bare id'],
    ['meta/llama-3', 'openrouter/meta/llama-3', 'a bare id with a slash'],
    [undefined, 'a/gpt-5', 'no name'],
    ['', 'a/gpt-5', 'an empty name'],
    ['default', 'a/gpt-5', 'the default'],
    ['gpt-4.1', 'a/gpt-5', 'the name that old clients are set to'],
  ])('%j is %s, %s', (name, id) => {
    expect(resolve(name)).toBe(id)
  })

  it('takes gpt-4.1 where it exists', () => {
    expect(resolve('gpt-4.1', { models: [...names.models, model('openai/gpt-4.1')] })).toBe('openai/gpt-4.1')
  })

  it('takes the first model when no default exists', () => {
    expect(resolve(undefined, { defaultModels: [] })).toBe('demo/echo')
  })

  it('asks which of several is meant, unless one is a default', () => {
    expect(() => resolve('shared')).toThrow(
      expect.objectContaining({ status: 400, code: 'invalid_value', message: expect.stringContaining("'a/shared' or 'b/shared'") }),
    )
    expect(resolve('shared', { defaultModels: ['b/shared'] })).toBe('b/shared')
  })

  it('names the three nearest', () => {
    expect(() => resolve('lama-3')).toThrow(
      expect.objectContaining({
        status: 404,
        code: 'model_not_found',
        param: 'model',
        message: expect.stringMatching(/^The model 'lama-3' does not exist\. The nearest: ('[^']+'(, )?){3}\./),
      }),
    )
    expect(() => resolve('a/shraed')).toThrow(/nearest: 'a\/shared'/)
  })

  it('does not repeat an endless name', () => {
    expect(() => resolve('x'.repeat(100_000))).toThrow(expect.objectContaining({ message: expect.toSatisfy((text: string) => text.length < 400) }))
  })

  it.each(['gone', 'toString', '__proto__'])('does not find %s', (name) => {
    expect(() => resolve(name)).toThrow(expect.objectContaining({ status: 404, code: 'model_not_found' }))
  })

  it('says that there is no model at all', () => {
    expect(() => resolve('demo/echo', { models: [] })).toThrow(expect.objectContaining({ status: 503, code: 'no_models' }))
  })
})
