import { describe, expect, it } from 'vitest'
import { flatName } from '../../../src/protocols/responses/flat-name.ts'
import { responses } from '../../../src/protocols/responses/index.ts'
import type { Decoded } from '../../../src/protocols/protocol.ts'
import { answered, result } from '../../support/messages.ts'

const weather = { type: 'function', name: 'weather', description: 'Tells it', parameters: { type: 'object' }, strict: true }
const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' }
const patch = { type: 'custom', name: 'apply_patch', description: 'Edits files', format: grammar }
const files = {
  type: 'namespace',
  name: 'mcp__files',
  description: 'Files',
  tools: [
    { type: 'function', name: 'list' },
    { ...patch, name: 'edit' },
  ],
}
const search = { type: 'web_search', external_web_access: false }

function decode(body: Record<string, unknown>): Decoded {
  return responses.decode({ input: 'Hi', ...body }, { resolveModel: () => 'openai/gpt-5' })
}

function failure(body: Record<string, unknown>): unknown {
  try {
    decode(body)
  } catch (error) {
    return error
  }
  throw new Error('it was accepted')
}

describe('tools', () => {
  it('are functions, free text as one string, and namespaces taken apart', () => {
    expect(decode({ tools: [weather, patch, files] }).prompt.tools).toEqual([
      { name: 'weather', description: 'Tells it', parameters: { type: 'object' }, strict: true },
      {
        name: 'apply_patch',
        description: 'Edits files\n\nThe input must follow this lark grammar:\nstart: "x"',
        parameters: {
          type: 'object',
          properties: { input: { type: 'string', description: expect.any(String) } },
          required: ['input'],
          additionalProperties: false,
        },
      },
      { name: 'mcp__files__list' },
      expect.objectContaining({ name: 'mcp__files__edit' }),
    ])
  })

  it('that a host would run are left out, and that is told once', () => {
    const tools = [search, weather, { type: 'image_generation' }, search, { type: 'local_shell' }, { type: 'mcp', server_label: 'x' }]
    const { prompt, ignored } = decode({ tools })
    expect(prompt.tools.map(({ name }) => name)).toEqual(['weather'])
    expect(ignored).toEqual(['tools.web_search', 'tools.image_generation', 'tools.local_shell', 'tools.mcp'])
  })

  it('may come with the input', () => {
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'additional_tools', role: 'developer', tools: [weather, patch] },
    ]
    expect(decode({ input, tools: [weather] }).prompt.tools.map(({ name }) => name)).toEqual(['weather', 'apply_patch'])
  })

  it.each<[unknown[], string]>([
    [[weather, weather], 'tools[1].name'],
    [[weather, { type: 'function' }], 'tools[1].name'],
    [[{ type: 'function', name: 'a b' }], 'tools[0].name'],
    [[{ type: 'function', function: { name: 'chat' } }], 'tools[0].name'],
    [[{ ...files, tools: [{ type: 'function' }] }], 'tools[0].tools[0].name'],
    [[{ name: 'x' }], 'tools[0].type'],
  ])('are refused: %j', (tools, param) => {
    expect(failure({ tools })).toMatchObject({ status: 400, param })
  })
})

describe('a search for tools', () => {
  const parameters = { type: 'object', properties: { query: { type: 'string' } } }
  const tool = { type: 'tool_search', execution: 'client', description: 'Finds tools', parameters }
  const call = { type: 'tool_search_call', call_id: 'call_1', execution: 'client', status: 'completed', arguments: { query: 'files' } }
  const output = { type: 'tool_search_output', call_id: 'call_1', execution: 'client', status: 'completed', tools: [files, weather] }

  it('of the client is a function, and what it found is offered too', () => {
    const { prompt, ignored } = decode({ input: [{ role: 'user', content: 'Hi' }, call, output], tools: [tool] })
    expect(prompt.tools[0]).toEqual({ name: 'tool_search', description: 'Finds tools', parameters })
    expect(prompt.tools.map(({ name }) => name)).toEqual(['tool_search', 'mcp__files__list', 'mcp__files__edit', 'weather'])
    expect(prompt.messages.slice(1)).toEqual([
      answered('', { calls: [{ id: 'call_1', name: 'tool_search', arguments: '{"query":"files"}' }] }),
      result('call_1', 'These tools are available now: mcp__files__list, mcp__files__edit, weather'),
    ])
    expect(ignored).toEqual([])
  })

  it('may find nothing', () => {
    const { prompt } = decode({ input: [call, { ...output, tools: [] }], tools: [tool] })
    expect(prompt.messages.at(-1)).toEqual(result('call_1', 'No tool was found.'))
  })

  it('of a host is left out, and so is what is history of it', () => {
    const hosted = { execution: 'server', call_id: null }
    const { prompt, ignored } = decode({
      input: [
        { role: 'user', content: 'Hi' },
        { ...call, ...hosted },
      ],
      tools: [{ type: 'tool_search' }],
    })
    expect(prompt.tools).toEqual([])
    expect(prompt.messages.map(({ role }) => role)).toEqual(['user'])
    expect(ignored).toEqual(['tools.tool_search', 'input.tool_search_call'])
  })

  it.each([
    [[call], 'input'],
    [[output], 'input[0].call_id'],
  ])('needs a call and its output: %j', (input, param) => {
    expect(failure({ input, tools: [tool] })).toMatchObject({ status: 400, param })
  })
})

describe('the flat name of a tool in a namespace', () => {
  it('is unique, short and plain', () => {
    expect(flatName(undefined, 'list')).toBe('list')
    expect(flatName('mcp__files__', 'list')).toBe('mcp__files__list')
    expect(flatName('a.b', 'list')).toMatch(/^a_b__list_[0-9a-f]{8}$/)
    expect(flatName('a.b', 'list')).not.toBe(flatName('a/b', 'list'))
    expect(flatName('n'.repeat(60), 'list')).toMatch(/^n{55}_[0-9a-f]{8}$/)
  })
})

describe('the choice of tools', () => {
  const tools = [weather, patch, files, search]

  it.each<[unknown, unknown]>([
    [undefined, { type: 'auto' }],
    ['none', { type: 'none' }],
    ['required', { type: 'required' }],
    [
      { type: 'function', name: 'weather' },
      { type: 'tool', name: 'weather' },
    ],
    [
      { type: 'custom', name: 'apply_patch' },
      { type: 'tool', name: 'apply_patch' },
    ],
    [
      { type: 'function', name: 'list', namespace: 'mcp__files' },
      { type: 'tool', name: 'mcp__files__list' },
    ],
  ])('%j is %j', (choice, expected) => {
    const { prompt } = decode({ tools, tool_choice: choice })
    expect(prompt.toolChoice).toEqual(expected)
    expect(prompt.tools).toHaveLength(4)
  })

  it('may be restricted to some', () => {
    const allowed = [{ type: 'custom', name: 'apply_patch' }, { type: 'web_search' }]
    const { prompt } = decode({ tools, tool_choice: { type: 'allowed_tools', mode: 'required', tools: allowed } })
    expect(prompt).toMatchObject({ toolChoice: { type: 'required' }, tools: [{ name: 'apply_patch' }] })
  })

  it.each<[unknown, string]>([
    [{ type: 'web_search' }, 'unsupported_value'],
    [{ type: 'mcp', server_label: 'x' }, 'unsupported_value'],
    [{ type: 'apply_patch' }, 'unsupported_value'],
    [{ type: 'allowed_tools', mode: 'required', tools: [{ type: 'web_search' }] }, 'unsupported_value'],
    [{ type: 'function', name: 'other' }, 'invalid_value'],
    [{ type: 'function', name: 'apply_patch' }, 'invalid_value'],
    ['always', 'invalid_type'],
  ])('is refused: %j', (choice, code) => {
    expect(failure({ tools, tool_choice: choice })).toMatchObject({ status: 400, param: 'tool_choice', code })
  })

  it('cannot demand a call when there is nothing to call', () => {
    expect(failure({ tools: [search], tool_choice: 'required' })).toMatchObject({ status: 400, param: 'tool_choice' })
  })
})
