import { describe, expect, it } from 'vitest'
import { type ModelNames, resolveModel, resolveModels } from '../../src/models/names.ts'
import { model } from '../server/fake-engine.ts'

const names: ModelNames = {
  models: ['demo/echo', 'a/shared', 'b/shared', 'a/gpt-5', 'openrouter/meta/llama-3', 'openrouter/a/gpt-5'].map(model),
  aliases: { fast: ['nowhere/x', 'echo'], 'gpt-5': ['demo/echo'], 'a/gpt-5': ['demo/echo'], gone: ['nowhere/x'] },
  defaultModels: ['nowhere/x', 'a/gpt-5'],
}

const resolve = (name: string | undefined, changes: Partial<ModelNames> = {}): string => resolveModel(name, { ...names, ...changes })

describe('resolveModels', () => {
  const aliases = {
    best: ['nowhere/x', 'meta/llama-3', 'demo/echo', 'openrouter/meta/llama-3'],
    'claude-*': ['demo/echo'],
    'claude-opus-*': ['a/gpt-5'],
    '*': ['b/shared'],
  }
  const resolveAll = (name: string | undefined): string[] => resolveModels(name, { ...names, aliases })

  it.each<[string | undefined, string[], string]>([
    ['best', ['openrouter/meta/llama-3', 'demo/echo'], 'all of an alias that exist, each once'],
    ['claude-sonnet-5', ['demo/echo'], 'those of the pattern that it matches'],
    ['claude-opus-5', ['a/gpt-5'], 'those of the longest pattern'],
    ['anything', ['b/shared'], 'those of a pattern for all names'],
    ['a/gpt-5', ['a/gpt-5'], 'an id, before a pattern'],
    ['meta/llama-3', ['b/shared'], 'a pattern, before a bare id'],
    [undefined, ['a/gpt-5'], 'no name, which matches no pattern'],
  ])('%j is %j, %s', (name, ids) => {
    expect(resolveAll(name)).toEqual(ids)
  })

  it('names the pattern whose models are gone', () => {
    expect(() => resolveModels('claude-5', { ...names, aliases: { 'claude-*': ['nowhere/x'] } })).toThrow("alias 'claude-*' stands for 'nowhere/x'")
  })
})

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
