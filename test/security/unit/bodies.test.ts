import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { excessOfJson, parseObject } from '../../../src/core/json-text.ts'
import type { BridgeError } from '../../../src/core/errors.ts'
import { chatCompletions } from '../../../src/protocols/chat-completions/index.ts'
import { geminiAt } from '../../../src/protocols/gemini/index.ts'
import { messages } from '../../../src/protocols/messages/index.ts'
import type { Protocol } from '../../../src/protocols/protocol.ts'
import { readBody } from '../../../src/protocols/read-body.ts'
import { responses } from '../../../src/protocols/responses/index.ts'
import { itemSchemas } from '../../../src/protocols/responses/item-schema.ts'
import { toolSchemas } from '../../../src/protocols/responses/schema.ts'
import { toArguments } from '../../../src/wires/shared/json-object.ts'
import { errorOf, hello, testApp } from '../../server/test-app.ts'
import { growthOf, LINEAR, many } from '../../support/growth.ts'

const { chat } = testApp({ maxBodyBytes: 32 * 1024 * 1024 })
const list = (item: string, count: number) => `[${`${item},`.repeat(count - 1)}${item}]`
const nested = (levels: number, open: string, close: string) => `${open.repeat(levels)}0${close.repeat(levels)}`

async function refusalOf(body: string): Promise<{ message: string; code: string; param: string | null }> {
  const response = await chat(body)
  expect(response.status).toBe(400)
  return errorOf(response)
}

describe('a body of too many values is refused before anything is made of it', () => {
  test.each<[string, string, string]>([
    ['15 million zeros', `{"messages":${list('0', 15_000_000)}}`, 'messages[99998]'],
    ['2 MB of them', `{"messages":${list('0', 1_000_000)}}`, 'messages[99998]'],
    ['empty objects', `{"messages":${list('{}', 1_000_000)}}`, 'messages[49999]'],
    ['lists of nothing, in a list', `{"messages":[{"role":"user","content":${list('[]', 1_000_000)}}]}`, 'messages[0].content[49997]'],
    ['members', `{"messages":[],"metadata":{${'"a":"",'.repeat(1_000_000)}"a":""}}`, 'metadata.a'],
    ['what nobody reads', `{"x":${list('"y"', 1_000_000)}}`, 'x[99998]'],
  ])('%s', async (_name, body, param) => {
    expect(await refusalOf(body)).toMatchObject({ code: 'invalid_value', param, message: `The request body has more than 100000 values, in '${param}'.` })
  })

  test('one with as many as an agent has in a day is not', async () => {
    const turn = { role: 'user', content: [{ type: 'text', text: 'x' }] }
    expect((await chat({ ...hello, messages: Array.from({ length: 10_000 }, () => turn) })).status).toBe(200)
  })
})

describe('a body of too many levels names the field', () => {
  test.each<[string, string, string]>([
    ['20,000 lists', `{"messages":[{"role":"user","content":${nested(20_000, '[', ']')}}]}`, 'messages[0].content[0]'],
    ['100,000 lists', `{"messages":${nested(100_000, '[', ']')}}`, 'messages[0][0][0]'],
    ['100,000 objects', `{"messages":[{"role":"user","content":${nested(100_000, '{"a":', '}')}}]}`, 'messages[0].content.a'],
    ['a schema of 20,000', `{"tools":[{"function":{"parameters":${nested(20_000, '{"items":', '}')}}}]}`, 'tools[0].function.parameters'],
    ['a field that nobody knows', `{"messages":[],"x":${nested(20_000, '[{"y\\"":', '}]')}}`, String.raw`x[0].y\"[0]`],
    ['levels that never close', `{"a":1,"b":{"c":[1,2,{"d":${'['.repeat(300)}`, 'b.c[2].d'],
    ['nothing but levels', nested(100_000, '[', ']'), '[0][0][0][0]'],
  ])('%s', async (_name, body, param) => {
    expect(await refusalOf(body)).toMatchObject({
      code: 'invalid_value',
      param,
      message: `The request body is nested more than 256 levels deep, in '${param}'.`,
    })
  })

  test('those of a text are none', async () => {
    const content = nested(20_000, '[{', '}]')
    expect((await chat({ ...hello, messages: [{ role: 'user', content }] })).status).toBe(200)
    expect(excessOfJson(JSON.stringify({ a: `\\"${content}\\\\` }))).toBeUndefined()
  })
})

describe('the first fault ends it', () => {
  /** A list that counts how far it is read. */
  function counted<T>(count: number, item: T): { items: T[]; read: () => number } {
    let read = 0
    const items = Array.from({ length: count }, () => item)
    return {
      items: new Proxy(items, { get: (target, key) => (typeof key === 'string' && /^\d+$/.test(key) && read++, Reflect.get(target, key)) }),
      read: () => read,
    }
  }

  test.each<[string, Protocol, (items: unknown[]) => Record<string, unknown>, string]>([
    ['of messages', chatCompletions, (items) => ({ messages: items }), 'messages[0]'],
    ['of parts', chatCompletions, (items) => ({ messages: [{ role: 'user', content: items }] }), 'messages[0].content[0]'],
    ['of tools', chatCompletions, (items) => ({ ...hello, tools: items }), 'tools[0]'],
    ['of blocks', messages, (items) => ({ max_tokens: 1, messages: [{ role: 'user', content: items }] }), 'messages[0].content[0]'],
    ['of items', responses, (items) => ({ input: items }), 'input[0]'],
    ['of contents', geminiAt({ model: 'a/b', stream: false }), (items) => ({ contents: items }), 'contents[0]'],
  ])('in a list %s', (_name, protocol, body, param) => {
    const { items, read } = counted<unknown>(50_000, 0)
    const error = expect.objectContaining({ status: 400, param }) as BridgeError
    // Some formats are gone through once before, for other spellings of them.
    expect(() => readBody(protocol.requestSchema, body(items))).toThrow(error)
    expect(read()).toBeLessThan(10)
    expect(() => protocol.read(body(items))).toThrow(error)
  })

  test('what an object is comes before all else of it, so that an unknown one is none', () => {
    const late: string[] = []
    const look = (schema: z.core.$ZodType, path: string) => {
      const { def } = schema._zod as { def: Record<string, any> }
      for (const [index, [name, field]] of Object.entries<z.core.$ZodType>(def.shape ?? {}).entries()) {
        if ((name === 'type' || name === 'role') && index > (def.shape.type && name === 'role' ? 1 : 0) && ['literal', 'enum'].includes(field._zod.def.type))
          late.push(`${path}.${name}`)
        look(field, `${path}.${name}`)
      }
      for (const inner of [def.element, def.innerType, def.valueType, ...(def.options ?? [])]) if (inner) look(inner, path)
    }
    for (const { name, requestSchema } of [chatCompletions, messages, responses, geminiAt({ model: 'a/b', stream: false })]) look(requestSchema, name)
    for (const [name, schema] of Object.entries({ ...itemSchemas, ...toolSchemas })) look(schema, name)
    expect(late).toEqual([])
    const foreign = { type: 'unheard-of', unheard: { name: 'x', input: 'y' } }
    expect(chatCompletions.read({ messages: [...hello.messages, { role: 'assistant', tool_calls: [foreign] }] }).choices).toBe(1)
  })

  test('what is unknown in a body of very many values ends it, too', () => {
    const known = Array.from({ length: 20_000 }, () => ({ role: 'user', content: 'x' }))
    expect(() => chatCompletions.read({ messages: [...known, { role: 'x' }] })).toThrow(
      expect.objectContaining({ param: 'messages[20000].role' }) as BridgeError,
    )
    expect(chatCompletions.read({ messages: [...known.slice(0, 9_000), { role: 'x' }] }).stream).toBe(false)
  })
})

describe('the time that it takes grows with a request alone', () => {
  const gemini = geminiAt({ model: 'a/b', stream: false })
  const contents = (count: number, nameOf: (index: number) => string) => ({
    contents: [
      { role: 'user', parts: [{ text: 'x' }] },
      { role: 'model', parts: many(count, (index) => ({ functionCall: { name: nameOf(index), args: {} } })) },
      { role: 'user', parts: many(count, (index) => ({ functionResponse: { name: nameOf(count - 1 - index), response: {} } })) },
    ],
  })

  test.each<[string, (size: number) => Record<string, unknown>, (body: Record<string, unknown>) => unknown]>([
    ['of unknown messages', (size) => ({ messages: many(size, () => ({ role: 'x' })) }), (body) => chatCompletions.read(body)],
    ['of unknown items', (size) => ({ input: many(size, () => ({ type: 'message', role: 'x', content: 'y' })) }), (body) => responses.read(body)],
    ['of calls of one name', (size) => contents(size, () => 'f'), (body) => gemini.read(body).decode('a/b')],
    ['of calls of many names', (size) => contents(size, (index) => `f${index}`), (body) => gemini.read(body).decode('a/b')],
  ])('%s', (_name, prepare, work) => {
    expect(growthOf(prepare, (body) => void work(body), 500)).toBeLessThan(LINEAR)
  })
})

test('a message does not grow with the request', async () => {
  const call = (index: number) => ({ id: `call_${index}_${'x'.repeat(200)}`, type: 'function', function: { name: 'f', arguments: '{}' } })
  const { message } = await refusalOf(
    JSON.stringify({ ...hello, messages: [...hello.messages, { role: 'assistant', tool_calls: Array.from({ length: 10_000 }, (_, index) => call(index)) }] }),
  )
  expect(message).toContain('and 9990 more')
  expect(message.length).toBeLessThan(2_000)
})

describe('JSON in a field of a request', () => {
  test.each([nested(20_000, '{"a":', '}'), `{"a":${list('0', 200_000)}}`])('is no object beyond the bounds', (text) => {
    expect(parseObject(text)).toBeUndefined()
    expect(toArguments(text)).toEqual({ INVALID_JSON: text })
  })
})
