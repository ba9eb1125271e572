import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import type { OpenApiDocument } from '../../src/server/openapi/document.ts'
import { methodsOf, templateOf } from '../../src/server/openapi/document.ts'
import { testApp } from './test-app.ts'

const { routes } = testApp()

async function readDocument(): Promise<OpenApiDocument> {
  return (await (await testApp().get('/openapi.json')).json()) as OpenApiDocument
}

describe('GET /openapi.json', () => {
  it('is a valid document of OpenAPI 3.1', async () => {
    const document = await readDocument()
    const validator = new Validator()
    expect(await validator.validate(document as unknown as Record<string, unknown>)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(JSON.stringify(document)).not.toContain('"$ref"')
  })

  it('has every route and nothing else', async () => {
    const { paths } = await readDocument()
    const described = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    const expected = routes.flatMap((route) => methodsOf(route).map((method) => `${method} ${templateOf(route)}`))
    expect(described.toSorted()).toEqual(expected.toSorted())
    console.log(`${routes.length} routes, ${described.length} operations`)
  })

  it('has a unique id for each operation', async () => {
    const ids = Object.values((await readDocument()).paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('describes the bodies by the schemas that they are held to', async () => {
    const { paths } = await readDocument()
    expect(paths['/v1/chat/completions']!.post!.requestBody).toMatchObject({
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['messages'],
            properties: { temperature: { anyOf: [{ type: 'number', minimum: 0, maximum: 2 }, { type: 'null' }] } },
          },
        },
      },
    })
    expect(paths['/api/opencode']!.post!.requestBody!.content['application/json']!.schema).toMatchObject({ required: ['prompt'] })
    expect(paths['/session']!.post!.requestBody).toMatchObject({ required: false })
    const posts = Object.values(paths).flatMap((item) => (item.post && item.post.tags[0] !== 'Not offered' ? [item.post] : []))
    const bodiless = posts.filter(({ requestBody }) => requestBody === undefined).map(({ summary }) => summary)
    expect(bodiless).toEqual(['Ends a response that is running', 'Ends the answer that is running'])
  })

  it('tells the parameters of paths, and which need a key', async () => {
    const { paths } = await readDocument()
    expect(paths['/v1beta/models/{model}:{action}']!.post!.parameters?.map(({ name }) => name)).toEqual(['model', 'action'])
    expect(paths['/v1/models']!.get!.security.map((scheme) => Object.keys(scheme)[0])).toEqual(['bearer', 'basic', 'anthropicKey', 'googleKey'])
    expect(paths['/health']!.get!.security).toEqual([])
  })

  it('needs no key and tells none', async () => {
    const response = await testApp({ apiKeys: ['a-long-key'], jwtSecret: 'x'.repeat(32) }).get('/openapi.json')
    expect(response.status).toBe(200)
    expect(await response.text()).not.toMatch(/a-long-key|xxxx/)
  })
})

describe.each(['/docs', '/redoc'])('%s', (path) => {
  it('is a page all of whose files are ours', async () => {
    const { get } = testApp({ apiKeys: ['a-long-key'] })
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const html = await response.text()
    expect(html).not.toMatch(/https?:/)
    const references = [...html.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(([, url]) => url!).filter((url) => !url.startsWith('data:'))
    expect(references.length).toBeGreaterThanOrEqual(2)
    for (const reference of references) {
      const file = await get(reference)
      expect([reference, file.status]).toEqual([reference, 200])
      expect(file.headers.get('content-type')).toMatch(reference.endsWith('.css') ? /^text\/css/ : reference.endsWith('.js') ? /^text\/javascript/ : /json/)
      expect((await file.text()).length).toBeGreaterThan(50)
    }
  })

  it('lets the browser load nothing from elsewhere', async () => {
    expect((await testApp().get(path)).headers.get('content-security-policy')).toMatch(/^default-src 'self' data: blob:/)
  })

  it.each(['nothing.js', '..%2Fcli%2Fmain.js', '__proto__'])('has no file %s', async (name) => {
    expect((await testApp().get(`${path}/${name}`)).status).toBe(404)
  })
})

it('the page of Swagger UI shows our document', async () => {
  expect(await (await testApp().get('/docs/start.js')).text()).toContain("url: '/openapi.json'")
})
