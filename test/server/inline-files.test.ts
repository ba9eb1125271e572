import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { WIRES } from '../wires/models.ts'
import { seen } from '../wires/seen-bodies.ts'
import { type TestApp, testApp } from './test-app.ts'

/** Files that clients write in another form than the plain one of base64, through every format and lane. */

/** Has both of the digits that are others in URLs, and needs two signs of padding. */
const BYTES = Buffer.from([0xfb, 0xff, 0xfe, ...Buffer.from('picture'), 0xff, 0xef, 0xbe])
const PLAIN = BYTES.toString('base64')

const FORMS: [form: string, data: string][] = [
  ['plain', PLAIN],
  ['without padding', PLAIN.replaceAll('=', '')],
  ['for URLs', BYTES.toString('base64url')],
  ['for URLs, padded', PLAIN.replaceAll('+', '-').replaceAll('/', '_')],
  ['with line breaks', `${PLAIN.slice(0, 8)}\r\n${PLAIN.slice(8, 12)}\n${PLAIN.slice(12)}\n`],
  ['behind a blank', ` \t${PLAIN}`],
  ['without padding, in lines', `${PLAIN.slice(0, 5)}\n${PLAIN.slice(5).replaceAll('=', '')}`],
]

const URLS: [form: string, url: string][] = [
  ...FORMS.map(([form, data]): [string, string] => [form, `data:image/png;base64,${data}`]),
  ['with a parameter', `data:image/png;charset=utf-8;base64,${PLAIN}`],
  ['with a name', `data:image/png;name=a.png;base64,${PLAIN.replaceAll('=', '')}`],
  ['in upper case', `DATA:IMAGE/PNG;BASE64,${PLAIN}`],
  ['with blanks', `  data: image/png ; base64 , ${PLAIN}`],
  ['percent-encoded', `data:image/png;base64,${encodeURIComponent(PLAIN)}`],
]

interface Place {
  path: string
  body(image: string): object
}

const asUrl: Record<string, Place> = {
  'chat image_url': {
    path: '/v1/chat/completions',
    body: (url) => ({ model: 'openai/gpt-5', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }),
  },
  'chat file': {
    path: '/v1/chat/completions',
    body: (url) => ({ model: 'openai/gpt-5', messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: url, filename: 'a.png' } }] }] }),
  },
  'responses input_image': {
    path: '/v1/responses',
    body: (url) => ({ model: 'openai/gpt-5', store: false, input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] }),
  },
  'responses input_file': {
    path: '/v1/responses',
    body: (url) => ({ model: 'openai/gpt-5', store: false, input: [{ role: 'user', content: [{ type: 'input_file', file_data: url, filename: 'a.png' }] }] }),
  },
  'responses output of a tool': {
    path: '/v1/responses',
    body: (url) => ({
      model: 'openai/gpt-5',
      store: false,
      input: [
        { role: 'user', content: 'Look' },
        { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_image', image_url: url }] },
      ],
    }),
  },
}

const base64 = (data: string) => ({ type: 'base64', media_type: 'image/PNG', data })
const asBase64: Record<string, Place> = {
  'responses bare file_data': {
    path: '/v1/responses',
    body: (data) => ({ model: 'openai/gpt-5', store: false, input: [{ role: 'user', content: [{ type: 'input_file', file_data: data, filename: 'a.png' }] }] }),
  },
  'messages image': {
    path: '/v1/messages',
    body: (data) => ({ model: 'openai/gpt-5', max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'image', source: base64(data) }] }] }),
  },
  'messages result of a tool': {
    path: '/v1/messages',
    body: (data) => ({
      model: 'openai/gpt-5',
      max_tokens: 9,
      messages: [
        { role: 'user', content: 'Look' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'look', input: { data: ' kept as it is' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'image', source: base64(data) }] }] },
      ],
    }),
  },
  'gemini inlineData': {
    path: '/v1beta/models/openai/gpt-5:generateContent',
    body: (data) => ({ contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data } }] }] }),
  },
  'gemini inline_data': {
    path: '/v1beta/models/openai/gpt-5:generateContent',
    body: (data) => ({ contents: [{ parts: [{ inline_data: { mime_type: 'image/png; a=b', data } }] }] }),
  },
  'gemini result of a function': {
    path: '/v1beta/models/openai/gpt-5:generateContent',
    body: (data) => ({
      contents: [
        { role: 'user', parts: [{ text: 'Look' }] },
        { role: 'model', parts: [{ functionCall: { name: 'look', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'look', response: {}, parts: [{ inlineData: { mimeType: 'image/png', data } }] } }] },
      ],
    }),
  },
}

const cases = [
  ...Object.keys(asUrl).flatMap((place) => URLS.map(([form, image]) => [place, form, image, asUrl[place]!] as const)),
  ...Object.keys(asBase64).flatMap((place) => FORMS.map(([form, image]) => [place, form, image, asBase64[place]!] as const)),
]

/** The plain form of a file in a body that is passed on, which stays a data URL or bare base64. */
const plainOf = (image: string) => (/^\s*data:/i.test(image) ? `data:image/png;base64,${PLAIN}` : PLAIN)

const post = ({ app }: TestApp, path: string, body: object) =>
  app.request(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })

describe.each(cases)('%s, %s', (_place, _form, image, { path, body }) => {
  it.each(WIRES)('reaches a provider of the format %s in its plain form', async (wire) => {
    const test = testApp()
    test.engine.wire = wire
    const response = await post(test, path, body(image))
    expect(response.status).toBe(200)
    const sent = JSON.parse(test.engine.calls[0]!.body)
    if (response.headers.get('x-bridge-lane') === 'translated') expect(seen[wire](sent).files).toEqual([PLAIN])
    // Google takes any form, and gets from its own clients what they wrote.
    else if (wire === 'gemini') expect(sent).toEqual(body(image))
    else expect(sent).toEqual({ ...body(plainOf(image)), model: 'api-model' })
  })

  it('reaches a session in its plain form', async () => {
    const test = testApp()
    expect((await post(test, path, body(image))).status).toBe(200)
    const parts = test.engine.prompts[0]!.messages.flatMap((message) => (message.role === 'user' || message.role === 'tool' ? message.content : []))
    expect(parts.filter(({ type }) => type === 'file')).toMatchObject([{ mediaType: 'image/png', data: PLAIN }])
  })
})

describe('what is no base64', () => {
  it.each([
    ['chat image_url', 'data:image/png;base64,iVBO!secret'],
    ['chat image_url', 'data:image/png;base64,iVBOR'],
    ['chat image_url', 'data:image/png;base64,%ZZ'],
    ['responses input_image', `data:image/png;base64,${'A'.repeat(4001)}`],
    ['chat image_url', `data:image/png;base64,${'='.repeat(100_000)}x`],
    ['chat image_url', `data:${'a/'.repeat(40_000)} ,x`],
    ['chat file', 'data:image/png;base64,'],
  ])('%s is refused with the name of its field, and not repeated', async (place, image) => {
    const test = testApp({ maxBodyBytes: 1_000_000 })
    const { path, body } = asUrl[place]!
    const response = await post(test, path, body(image))
    expect(response.status).toBe(400)
    const text = await response.text()
    expect(JSON.parse(text).error.param).toMatch(/^(messages|input)\[0\]\.content\[0\]\./)
    expect(text.length).toBeLessThan(400)
    if (image.length > 22) expect(text).not.toContain(image.slice(22, 32))
  })
})

describe('an error', () => {
  const image = BYTES.toString('base64').replaceAll('=', '').repeat(40)
  const lines = image.match(/.{1,76}/g)!.join('\n')
  const { path, body } = asUrl['chat image_url']!

  it.each([
    ['in one run', image],
    ['in lines', lines],
    ['for URLs', image.replaceAll('+', '-').replaceAll('/', '_')],
  ])('of opencode’s repeats no file: %s', async (_form, repeated) => {
    const test = testApp()
    test.engine.script = () => {
      throw new BridgeError(`Cannot read data:image/png;base64,${repeated} of the prompt`, { code: 'upstream_error', status: 502 })
    }
    const response = await post(test, path, body(`data:image/png;base64,${image}`))
    expect(response.status).toBe(502)
    const { message } = ((await response.json()) as { error: { message: string } }).error
    expect(message).toMatch(/^Cannot read data:image\/png;base64,\S{16}….* of the prompt$/s)
    expect(message.length).toBeLessThan(200)
  })

  it.each([
    ['', image],
    ['with escaped slashes', image.replaceAll('/', '\\/')],
    ['with escaped line breaks', lines.replaceAll('\n', '\\n')],
  ])('of the provider’s is passed on without the file, and as JSON %s', async (_form, repeated) => {
    const test = testApp()
    test.engine.wire = 'chat'
    test.engine.failure = {
      status: 400,
      body: `{"error":{"message":"Invalid data URL: data:image/png;base64,${repeated}","type":"invalid_request_error","x":1}}`,
    }
    const response = await post(test, path, body(`data:image/png;base64,${image}`))
    expect(response.status).toBe(400)
    const text = await response.text()
    expect(text.length).toBeLessThan(250)
    expect(JSON.parse(text)).toMatchObject({ error: { message: expect.stringContaining('Invalid data URL: data:image/png;base64,'), x: 1 } })
  })
})
