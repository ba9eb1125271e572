import { describe, expect, test } from 'vitest'
import { headerValue } from '../../../src/server/header-value.ts'
import { model } from '../../server/fake-engine.ts'
import { hello, testApp } from '../../server/test-app.ts'

describe('a model whose name no header can carry', () => {
  test.each(['模型', 'modèle-😀', 'm\u0301', 'tab\there', 'line\r\nx-injected: yes', 'half-\ud800'])('answers: %j', async (name) => {
    const app = testApp()
    app.engine.list = [model(`test/${name}`)]
    const response = await app.chat({ ...hello, model: `test/${name}` })
    expect(response.status).toBe(200)
    expect(decodeURIComponent(response.headers.get('x-bridge-model')!)).toBe(`test/${name.replace('\ud800', '\ufffd')}`)
    expect(response.headers.has('x-injected')).toBe(false)
  })

  test('has its errors, too', async () => {
    const app = testApp({ strict: true })
    app.engine.list = [model('test/模型')]
    const response = await app.chat({ ...hello, model: 'test/模型', seed: 1, user: 'x', logit_bias: { a: 1 }, web_search_options: {} })
    expect(response.status).toBe(400)
    expect(response.headers.get('x-bridge-model')).toBe('test/%E6%A8%A1%E5%9E%8B')
  })
})

test('what a header can carry stays as it is', () => {
  expect(headerValue('openrouter/meta/llama-3:free, a=b; 100%')).toBe('openrouter/meta/llama-3:free, a=b; 100%')
})
