import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { say } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  const modalities = { input: ['text', 'image', 'pdf', 'audio'], output: ['text'] }
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3 }, models: { model: { modalities }, blind: {} } })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(say('ok'))
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
const image = (type: string, content: string) => ({ type: 'image_url', image_url: { url: `data:${type};base64,${base64(content)}` } })
const file = (type: string, content: string, filename: string) => ({ type: 'file', file: { filename, file_data: `data:${type};base64,${base64(content)}` } })
const audio = (format: string) => ({ type: 'input_audio', input_audio: { data: base64(format), format } })
const text = (content: string) => ({ type: 'text', text: content })

test('every kind of part reaches the provider, in order, byte for byte', async () => {
  const parts = [
    text('Look:'),
    image('image/png', 'png'),
    text('and'),
    image('image/jpeg', 'jpeg'),
    image('image/webp', 'webp'),
    file('application/pdf', '%PDF-1.4', 'a.pdf'),
    audio('wav'),
    audio('mp3'),
    text('?'),
  ]
  const response = await bridge.chat({ messages: [{ role: 'user', content: parts }] })
  expect(response.status, await response.text()).toBe(200)
  expect(bridge.upstream.calls).toHaveLength(1)
  expect(bridge.upstream.calls[0]!.body.messages).toEqual([{ role: 'user', content: parts }])
})

test('text files are text under their names', async () => {
  const content = [file('text/plain', 'ä\nb', 'notes.txt'), file('application/json', '{"a":1}', 'a.json'), text('Sum up.')]
  const response = await bridge.chat({ model: 'test/blind', messages: [{ role: 'user', content }] })
  expect(response.status, await response.text()).toBe(200)
  expect(bridge.upstream.calls[0]!.body.messages).toEqual([{ role: 'user', content: [text('notes.txt:\nä\nb'), text('a.json:\n{"a":1}'), text('Sum up.')] }])
})

test('a large image survives', async () => {
  const part = image('image/png', 'x'.repeat(6 * 1024 * 1024))
  const response = await bridge.chat({ messages: [{ role: 'user', content: [text('Look'), part] }] })
  expect(response.status).toBe(200)
  expect(bridge.upstream.calls[0]!.body.messages[0].content[1].image_url.url === part.image_url.url).toBe(true)
})

test.each<[string, object]>([
  ['an image', image('image/png', 'png')],
  ['a PDF', file('application/pdf', '%PDF', 'a.pdf')],
  ['audio', audio('wav')],
])('%s for a model that takes none is refused by name, and nothing is sent', async (_name, part) => {
  const response = await bridge.chat({
    model: 'test/blind',
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'y' },
      { role: 'user', content: [text('Look'), part] },
    ],
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', code: 'unsupported_value', param: 'messages[2].content[1]', message: expect.stringContaining('test/blind') },
  })
  expect(bridge.upstream.calls).toHaveLength(0)
})

test('a URL is not fetched unless that is allowed', async () => {
  const part = { type: 'image_url', image_url: { url: bridge.upstream.url } }
  const response = await bridge.chat({ messages: [{ role: 'user', content: [part] }] })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'unsupported_value', param: 'messages[0].content[0]' } })
  expect(bridge.upstream.calls).toHaveLength(0)
})
