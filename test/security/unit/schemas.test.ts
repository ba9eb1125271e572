import { describe, expect, test } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { Prompt } from '../../../src/core/prompt.ts'
import { excessOf } from '../../../src/generation/schema/bounds.ts'
import { ClientSchema } from '../../../src/generation/schema/client-schema.ts'
import { SchemaThreads, SchemaTooCostly } from '../../../src/generation/schema/schema-threads.ts'
import { collect, say, ScriptedEngine, start, summarise } from '../../generation/scripted-engine.ts'

type Schema = Record<string, unknown>

const properties = (count: number): Schema => ({
  type: 'object',
  properties: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' }])),
})

function nested(depth: number, key = 'not'): Schema {
  let schema: Schema = { type: 'string' }
  for (let level = 0; level < depth; level++) schema = key === 'anyOf' ? { anyOf: [schema] } : { [key]: schema }
  return schema
}

/** Each level refers to the next one twice, so that there are 2 to the power of `levels` ways down. */
function doubling(levels: number, keyword: string): Schema {
  const $defs = Object.fromEntries(
    Array.from({ length: levels }, (_, level) => [`d${level}`, { [keyword]: [{ $ref: `#/$defs/d${level + 1}` }, { $ref: `#/$defs/d${level + 1}` }] }]),
  )
  return { $defs: { ...$defs, [`d${levels}`]: { type: 'string' } }, $ref: '#/$defs/d0' }
}

describe('a schema beyond the bounds is not compiled', () => {
  test.each<[string, Schema, string]>([
    ['150,000 properties', properties(150_000), 'entries'],
    ['as many items of a list', { enum: Array.from({ length: 150_000 }, (_, index) => index) }, 'entries'],
    ['as many definitions', { $defs: properties(150_000).properties }, 'entries'],
    ['a long text', { description: 'x'.repeat(300_000) }, 'characters'],
    ['a long pattern', { pattern: 'a'.repeat(300_000) }, 'characters'],
    ['a hundred levels', nested(100), 'levels'],
    ['100,000 levels', nested(100_000), 'levels'],
    ['as many of a list in a list', nested(20_000, 'anyOf'), 'levels'],
    ['2,000 references', { allOf: Array.from({ length: 2_000 }, () => ({ $ref: '#/$defs/a' })), $defs: { a: {} } }, 'references'],
    ['as many dynamic ones', { allOf: Array.from({ length: 2_000 }, () => ({ $dynamicRef: '#a' })) }, 'references'],
  ])('%s', (_name, schema, what) => {
    expect(excessOf(schema)).toContain(what)
    expect(() => new ClientSchema(schema, { whose: "the tool 'x'", param: 'tools[3]' })).toThrow(
      expect.objectContaining({
        status: 400,
        code: 'invalid_json_schema',
        param: 'tools[3]',
        message: expect.stringContaining("the tool 'x'") as string,
      }) as BridgeError,
    )
  })

  test.each<[string, Schema]>([
    ['of a large tool', properties(500)],
    ['of thirty levels', nested(30, 'anyOf')],
    ['that refers to itself', { $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' }],
  ])('one %s is', async (_name, schema) => {
    expect(excessOf(schema)).toBeUndefined()
    await new ClientSchema(schema, { whose: 'it', param: 'tools[0]' }).assertValid()
  })
})

describe('a schema within them takes no more than it may', () => {
  const threads = new SchemaThreads({ deadline: 1_000, maxMegabytes: 64 })
  const ask = (schema: Schema, ...values: unknown[]) => threads.ask({ schema: JSON.stringify(schema), texts: values.map((value) => JSON.stringify(value)) })
  const evil = `${'a'.repeat(50)}!`

  /** The daemon's own thread goes on meanwhile, and others are answered after. */
  async function expectGivenUp(question: Promise<unknown>, why: RegExp): Promise<void> {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    const error = await question.catch((reason: unknown) => reason)
    clearInterval(timer)
    expect(error).toBeInstanceOf(SchemaTooCostly)
    expect((error as Error).message).toMatch(why)
    expect(turns).toBeGreaterThan(10)
    expect(await ask({ type: 'string' }, 1, 'x')).toEqual({ fits: 1 })
  }

  test.each<[string, Schema, unknown]>([
    ['a pattern', { pattern: '^(a+)+$' }, evil],
    ['one with a choice', { pattern: '^(a|a)*$' }, evil],
    ['one of two repetitions', { pattern: '(x+x+)+y' }, 'x'.repeat(60)],
    ['one in the name of a class', { pattern: '^([\\w]+)*$' }, evil],
    ['of names', { propertyNames: { pattern: '^(a+)+$' } }, { [evil]: 1 }],
    ['that chooses properties', { patternProperties: { '^(a+)+$': { type: 'string' } }, additionalProperties: false }, { [evil]: 'x' }],
    ['of a definition', { $defs: { a: { pattern: '^(a*)*$' } }, items: { $ref: '#/$defs/a' } }, [evil]],
  ])('%s runs in linear time', async (_name, schema, value) => {
    expect(await ask(schema, value)).toEqual({ problem: expect.any(String) })
  })

  test.each<[string, Schema, unknown]>([
    ['a pattern that looks ahead', { pattern: '^(?=(a+)+$)' }, evil],
    ['one that looks behind', { pattern: '(?<!b)(a+)+$' }, evil],
    ['one that refers back', { pattern: '^(a+)+\\1$' }, evil],
    ['22 levels of anyOf with two references each', doubling(22, 'anyOf'), 1],
    ['of oneOf', doubling(24, 'oneOf'), 1],
    ['of allOf', doubling(26, 'allOf'), 1],
    ['different items, of many', { uniqueItems: true }, Array.from({ length: 40_000 }, (_, index) => ({ index }))],
  ])('%s is given up', async (_name, schema, value) => {
    await expectGivenUp(ask(schema, value), /took longer than 1000 ms|took too much memory/)
  })

  test('so is one that takes memory without end', async () => {
    await expectGivenUp(
      ask(
        { items: { type: 'string' } },
        Array.from({ length: 2_000_000 }, () => 0),
      ),
      /took/,
    )
  })

  test('what others ask at the same time is answered', async () => {
    const costly = ask({ pattern: '^(?=(a+)+$)' }, evil).catch((error: Error) => error.name)
    const others = await Promise.all(Array.from({ length: 8 }, () => ask({ type: 'string' }, 'x')))
    expect(others).toEqual(Array.from({ length: 8 }, () => ({ fits: 0 })))
    expect(await costly).toBe('SchemaTooCostly')
  })

  test('more that take too much than there are threads hold up nobody for good', async () => {
    const costly = Array.from({ length: 4 }, () => ask({ pattern: '^(?=(a+)+$)' }, evil).catch((error: Error) => error.name))
    expect(await ask({ type: 'string' }, 'x')).toEqual({ fits: 0 })
    expect(new Set(await Promise.all(costly))).toEqual(new Set(['SchemaTooCostly']))
  })
})

describe('a request with such a schema', () => {
  const evil = `${'a'.repeat(50)}!`
  const tools = (parameters: Schema) => [{ name: 'get', parameters: { type: 'object', properties: { x: parameters } } }]
  const call = () => say(`<tool_call>{"tool": "get", "args": {"x": "${evil}"}}</tool_call>`)
  const asJson = { model: { toolCall: false }, settings: { jsonTools: ['*'] } }
  const costly: Schema = { pattern: '^(?=(a+)+$)' }

  test('fails by itself, and says why; others beside it do not', async () => {
    const failing = collect(start(new ScriptedEngine(call()), { ...asJson, prompt: { tools: tools(costly) } }))
    const passing = collect(start(new ScriptedEngine(call()), { ...asJson, prompt: { tools: tools({ type: 'string' }) } }))
    expect(summarise(await passing).calls).toEqual([{ name: 'get', arguments: `{"x": "${evil}"}` }])
    await expect(failing).rejects.toMatchObject({
      status: 400,
      code: 'invalid_json_schema',
      param: 'tools[0]',
      message: expect.stringContaining('took longer') as string,
    })
  })

  test('that is none is refused in few words, however long it is', async () => {
    const output = { type: 'json-schema', name: 'p', schema: { type: { not: 'y'.repeat(100_000) } }, strict: true } as const
    const error: unknown = await collect(start(new ScriptedEngine(say('{}')), { settings: { structuredOutput: 'instructed' }, prompt: { output } })).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ status: 400, code: 'invalid_json_schema' })
    expect((error as Error).message.length).toBeLessThan(500)
  })

  test('whose pattern is only slow elsewhere is answered', async () => {
    const engine = new ScriptedEngine(call(), say(`<tool_call>{"tool": "get", "args": {"x": "aaa"}}</tool_call>`))
    expect(summarise(await collect(start(engine, { ...asJson, prompt: { tools: tools({ pattern: '^(a+)+$' }) } }))).calls).toEqual([
      { name: 'get', arguments: '{"x": "aaa"}' },
    ])
  })

  test('for its answer fails as well', async () => {
    const output = { type: 'json-schema', name: 'p', schema: { properties: { x: costly } }, strict: true } as const
    const run = collect(start(new ScriptedEngine(say(`{"x": "${evil}"}`)), { settings: { structuredOutput: 'instructed' }, prompt: { output } }))
    await expect(run).rejects.toMatchObject({ status: 400, code: 'invalid_json_schema', param: 'response_format' })
  })

  test.each<[string, Partial<Prompt>]>([
    ['tools[0]', { tools: tools(properties(20_000)) }],
    ['tools[0]', { tools: tools(nested(20_000)) }],
    ['response_format', { output: { type: 'json-schema', name: 'p', schema: nested(20_000), strict: true } }],
  ])('that is too large never gets to the model: %s', async (param, prompt) => {
    const engine = new ScriptedEngine(call())
    const run = collect(start(engine, { model: { toolCall: false }, settings: { jsonTools: ['*'], structuredOutput: 'instructed' }, prompt }))
    await expect(run).rejects.toMatchObject({ status: 400, code: 'invalid_json_schema', param })
    expect(engine.prompts).toEqual([])
  })
})

describe('patterns mean what they mean to JavaScript', () => {
  const threads = new SchemaThreads()
  test.each<[string, string, string]>([
    ['^\\d{3}-\\d{4}$', '555-1234', '555-12345'],
    ['[a-z]+', '1a1', '111'],
    ['^\\p{L}+$', 'Straße', 'a1'],
    ['^[^\\/]+$', 'a-b', 'a/b'],
    ['^\\u0041$', 'A', 'B'],
    ['^.$', '🌍', '🌍🌍'],
    ['^(?:(?:25[0-5]|1?\\d?\\d)\\.){3}\\d+$', '127.0.0.1', '127.0.0'],
    ['^(?!foo)', 'bar', 'foo'],
    ['^(?<year>\\d{4})$', '2025', '25'],
    ['^\\S+@\\S+$', 'a@b', 'a b'],
    ['^a{1,2000}$', 'aaa', 'b'],
  ])('%s', async (pattern, good, bad) => {
    const ask = (value: string) => threads.ask({ schema: JSON.stringify({ type: 'string', pattern }), texts: [JSON.stringify(value)] })
    expect(await ask(good)).toEqual({ fits: 0 })
    expect(await ask(bad)).toHaveProperty('problem')
  })
})
