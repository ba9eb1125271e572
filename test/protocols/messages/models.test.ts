import type Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import { encodeModel, encodeModels } from '../../../src/protocols/messages/index.ts'
import { model } from '../../server/fake-engine.ts'

describe('a model', () => {
  it('has what Anthropic publishes', () => {
    const info: Anthropic.ModelInfo = encodeModel({ ...model('openai/gpt-5'), name: 'GPT-5' })
    expect(info).toEqual({
      type: 'model',
      id: 'openai/gpt-5',
      display_name: 'GPT-5',
      created_at: '2025-08-07T00:00:00.000Z',
      max_input_tokens: 128_000,
      max_tokens: 16_384,
      capabilities: null,
      lifecycle: 'active',
      line: null,
      deprecated_at: null,
      retires_at: null,
    })
  })

  it('is as old as time when nobody knows its date', () => {
    expect(encodeModel({ ...model('a/b'), releaseDate: '' }).created_at).toBe('1970-01-01T00:00:00.000Z')
  })
})

describe('a list', () => {
  const models = ['a', 'b', 'c', 'd', 'e'].map(model)
  const page = (query: string) => {
    const { data, ...rest } = encodeModels(models, new URLSearchParams(query))
    return { ids: data.map(({ id }) => id).join(''), ...rest }
  }

  it.each([
    ['', { ids: 'abcde', has_more: false, first_id: 'a', last_id: 'e' }],
    ['limit=2', { ids: 'ab', has_more: true, first_id: 'a', last_id: 'b' }],
    ['limit=2&after_id=b', { ids: 'cd', has_more: true, first_id: 'c', last_id: 'd' }],
    ['limit=2&after_id=d', { ids: 'e', has_more: false, first_id: 'e', last_id: 'e' }],
    ['after_id=e', { ids: '', has_more: false, first_id: null, last_id: null }],
    ['limit=2&before_id=e', { ids: 'cd', has_more: true, first_id: 'c', last_id: 'd' }],
    ['limit=2&before_id=c', { ids: 'ab', has_more: false, first_id: 'a', last_id: 'b' }],
    ['after_id=a&before_id=d', { ids: 'bc', has_more: false, first_id: 'b', last_id: 'c' }],
    ['after_id=d&before_id=b', { ids: '', has_more: false, first_id: null, last_id: null }],
  ])('of %j', (query, expected) => {
    expect(page(query)).toEqual(expected)
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=many', 'limit'],
    ['after_id=nobody', 'after_id'],
    ['before_id=nobody', 'before_id'],
  ])('cannot be of %j', (query, param) => {
    expect(() => page(query)).toThrow(expect.objectContaining({ status: 400, param }))
  })
})
