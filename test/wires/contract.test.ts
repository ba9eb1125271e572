import { describe, expect, it } from 'vitest'
import type { KnownWire } from '../../src/core/call.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { AssistantPart, Message, Parameters, Prompt, Token } from '../../src/core/prompt.ts'
import { wireFormats } from '../../src/wires/index.ts'
import { toolNamesOf } from '../../src/wires/shared/tool-names.ts'
import { growthOf, HARDLY_ANY, LINEAR, many } from '../support/growth.ts'
import { targetOf, WIRES } from './models.ts'
import { assistant, call, file, prompt, result, system, thought, tool, user } from './prompts.ts'
import { type Seen, seen } from './seen-bodies.ts'
import { type Answer, tell } from './told-answers.ts'

/** What holds for every format of a provider's; what only one has is in its own folder. */

/** Kinds of tokens that a format has a place for. */
const OWN_TOKENS: Record<KnownWire, Token['kind'][]> = {
  chat: ['details', 'opaque'],
  responses: ['encrypted'],
  messages: ['signature', 'redacted'],
  gemini: ['thought-signature'],
}
const context = { model: 'p/m' }
const schema = { type: 'object', properties: { at: { type: 'integer' } }, required: ['at'], additionalProperties: false }

describe.each(WIRES)('%s', (wire) => {
  const format = wireFormats[wire]
  const encode = (others: Partial<Prompt>, stream = false) => format.encode(prompt(others), targetOf(wire, stream))
  const see = (others: Partial<Prompt>) => seen[wire](encode(others))

  it.each<[string, (index: number, of: number) => Message[]]>([
    ['calls of one id, in a turn each', () => [assistant(call('a')), result('a', 'b')]],
    ['calls of one id, in one turn', (index, of) => (index === 0 ? [assistant(...many(of, () => call('a'))), ...many(of, () => result('a', 'b'))] : [])],
    [
      'calls in one turn, answered from the last',
      (index, of) => (index === 0 ? [assistant(...many(of, (id) => call(`a${id}`))), ...many(of, (id) => result(`a${of - 1 - id}`, 'b'))] : []),
    ],
    [
      'calls of one id, answered by another',
      (index, of) => (index === 0 ? [assistant(...many(of, () => call('a'))), ...many(of, () => result('b', 'c'))] : []),
    ],
    [
      'calls in a row, answered at last',
      (index, of) => [assistant(call(`a${index}`)), ...(index === of - 1 ? many(of, (id) => result(`a${of - 1 - id}`, 'b')) : [])],
    ],
    ['thoughts in one answer', (index, of) => (index === 0 ? [assistant(...many(of, () => thought('a', { kind: 'opaque', value: 'b' })))] : [])],
    [
      'thoughts and calls in one answer',
      (index, of) => (index === 0 ? [assistant(...many(of, (id) => [thought('a'), call(`a${id}`)]).flat()), result('a1', 'b')] : []),
    ],
    ['texts in one answer', (index, of) => (index === 0 ? [assistant(...many(of, () => 'a'))] : [])],
    ['texts of the user', (index, of) => (index === 0 ? [user(...many(of, () => 'a'))] : [])],
    ['calls of ids that are one but for their characters', (index) => [assistant(call(['a.', 'a:', 'a!'][index % 3]!)), result('a.', 'b')]],
    ['calls without results', (index) => [assistant(call(`a${index}`)), user('b')]],
    ['results without calls', () => [result('a', 'b')]],
    ['thoughts', () => [assistant(thought('a', { kind: 'opaque', value: 'b' })), user('c')]],
    ['messages of the model in a row', () => [assistant('a')]],
    ['words of the system', () => [system('a')]],
    ['tools that are called, and not there', (index) => [assistant(call(`a${index}`, `look.${index}`)), result(`a${index}`, 'b')]],
  ])('the time that it takes grows with the conversation alone: %s', (_name, turn) => {
    const prepare = (size: number) => [user('A'), ...many(size, (index) => turn(index, size)).flat(), user('Z')]
    expect(growthOf(prepare, (messages) => void encode({ messages }), 1_000, HARDLY_ANY)).toBeLessThan(LINEAR)
  })

  it('is the format that it says', () => {
    expect(format.wire).toBe(wire)
  })

  describe('a request', () => {
    /** Where a system message further down has a place of its own. */
    const between = wire === 'chat' || wire === 'responses' ? 'system' : 'user'

    it.each<[string, Partial<Prompt>, Partial<Seen>]>([
      [
        'roles, in their order',
        { messages: [system('A'), user('B', 'C'), assistant('D'), user('E')] },
        {
          said: [
            ['system', 'A'],
            ['user', 'B'],
            ['user', 'C'],
            ['model', 'D'],
            ['user', 'E'],
          ],
        },
      ],
      [
        'a system message further down',
        { messages: [user('A'), system('B'), user('C')] },
        {
          said: [
            ['user', 'A'],
            [between, 'B'],
            ['user', 'C'],
          ],
        },
      ],
      [
        'messages of one role in a row',
        { messages: [user('A'), user('B'), assistant('C'), assistant('D'), user('E')] },
        {
          said: [
            ['user', 'A'],
            ['user', 'B'],
            ['model', 'C'],
            ['model', 'D'],
            ['user', 'E'],
          ],
        },
      ],
      ['every character', { messages: [user('"\\\n\u0000é漢🎉</script>')] }, { said: [['user', '"\\\n\u0000é漢🎉</script>']] }],
      [
        'images and PDFs',
        { messages: [user('See', file('image/png', 'iVBO'), file('application/pdf', 'JVBE', 'a.pdf'))] },
        { said: [['user', 'See']], files: ['iVBO', 'JVBE'] },
      ],
      [
        'two calls at once, and their results',
        { messages: [user('A'), assistant('B', call('c1', 'look', '{"at":1}'), call('c2', 'go', '{"to":[2]}')), result('c1', 'one'), result('c2', 'two')] },
        {
          said: [
            ['user', 'A'],
            ['model', 'B'],
          ],
          calls: [
            { id: 'c1', name: 'look', args: { at: 1 } },
            { id: 'c2', name: 'go', args: { to: [2] } },
          ],
          results: [
            { id: 'c1', text: 'one' },
            { id: 'c2', text: 'two' },
          ],
        },
      ],
      [
        'a call without arguments',
        { messages: [user('A'), assistant(call('c1', 'look', '')), result('c1', 'one')] },
        { calls: [{ id: 'c1', name: 'look', args: {} }] },
      ],
      [
        'a failure',
        { messages: [user('A'), assistant(call('c1')), { ...result('c1', 'gone'), isError: true }] },
        { results: [{ id: 'c1', text: expect.stringMatching(/^(Error: )?gone$/) }] },
      ],
      [
        'an image in a result',
        { messages: [user('A'), assistant(call('c1')), result('c1', 'one', file('image/png', 'iVBO'))] },
        { results: [{ id: 'c1', text: 'one' }], files: ['iVBO'] },
      ],
      [
        'tools with their schemas',
        { tools: [tool('look', { description: 'Looks', parameters: schema }), tool('go')] },
        {
          tools: [
            { name: 'look', description: 'Looks', schema },
            { name: 'go', schema: { type: 'object', properties: {} } },
          ],
          choice: 'auto',
        },
      ],
      ['a call that is demanded', { tools: [tool('look'), tool('go')], toolChoice: { type: 'required' } }, { choice: 'required' }],
      ['a certain call that is demanded', { tools: [tool('look'), tool('go')], toolChoice: { type: 'tool', name: 'go' } }, { choice: 'go' }],
      [
        'a call that is forbidden',
        { tools: [tool('look')], toolChoice: { type: 'none' } },
        { tools: [{ name: 'look', schema: { type: 'object', properties: {} } }], choice: 'none' },
      ],
      ['no tools, no choice', { toolChoice: { type: 'required' } }, { tools: [], choice: 'auto' }],
      ['a schema for the answer', { output: { type: 'json-schema', name: 'answer', schema, strict: true } }, { format: schema }],
      ['text', {}, { format: 'text' }],
    ])('has %s', (_, request, expected) => {
      expect(see(request)).toMatchObject(expected)
    })

    it('is JSON and the same every time', () => {
      const request = { messages: [system('A'), user('B', file('image/png')), assistant(call('c1')), result('c1', 'C')], tools: [tool('look')] }
      const body = encode(request, true)
      expect(JSON.parse(JSON.stringify(body))).toEqual(body)
      expect(encode(request, true)).toEqual(body)
    })

    it('grows at its end alone', () => {
      const history = [system('A'), user('B'), assistant(call('c1'), call('c1')), result('c1', 'C'), result('c1', 'D')]
      // What is no part of what the model reads: where Anthropic keeps it, and Google's word for a signature of this turn.
      const strip = (value: unknown) => JSON.stringify(value, (key, inner) => (key === 'cache_control' || key === 'thoughtSignature' ? undefined : inner))
      const list = (body: any): unknown[] => body.messages ?? body.input ?? body.contents
      const before = list(encode({ messages: history }))
      const after = list(encode({ messages: [...history, assistant('E'), user('F')] }))
      expect(strip(after.slice(0, before.length))).toBe(strip(before))
    })

    it('has names that the vendor takes, and its answer the client’s', () => {
      const names = ['mail.read', 'x'.repeat(100), 'mail_read']
      const request = {
        tools: names.map((name) => tool(name)),
        messages: [user('A'), assistant(call('c1', names[0]!)), result('c1', 'B')],
        toolChoice: { type: 'tool' as const, name: names[1]! },
      }
      const { tools, calls, choice } = see(request)
      const sent = tools.map(({ name }) => name)
      for (const name of sent) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
      expect(new Set(sent).size).toBe(3)
      expect([calls[0]!.name, choice]).toEqual([sent[0], sent[1]])
      const { whole } = tell[wire]({ pieces: [{ call: sent[0]!, id: 'c1', args: '{}' }], reason: 'stop' })
      const events = format.readWhole(whole, { ...context, toolNames: toolNamesOf(prompt(request)) })
      expect(events).toContainEqual({ type: 'tool-call-start', index: 0, id: 'c1', name: names[0] })
    })
  })

  describe('an answer', () => {
    const both = (answer: Answer, expected: unknown[]) => {
      const told = tell[wire](answer)
      const reader = format.createReader(context)
      expect(joined([...told.events.flatMap((event) => reader.read(event)), ...reader.end(told.done)])).toEqual(expected)
      expect(joined(format.readWhole(told.whole, context))).toEqual(expected)
    }
    const finish = (reason: string, usage?: unknown) => ({ type: 'finish', reason, usage })
    const called = (index: number, id: string, name: string, args: string) => [
      { type: 'tool-call-start', index, id, name },
      { type: 'tool-call-delta', index, arguments: args },
    ]

    it.each<[string, Answer, unknown[]]>([
      ['text', { pieces: [{ say: 'Hello, world' }], reason: 'stop' }, [{ type: 'text-delta', text: 'Hello, world' }, finish('stop')]],
      ['nothing at all', { pieces: [], reason: 'stop' }, [finish('stop')]],
      [
        'what the model thought',
        { pieces: [{ think: 'Hmm' }, { say: 'Yes' }], reason: 'stop' },
        [{ type: 'reasoning-delta', text: 'Hmm' }, { type: 'text-delta', text: 'Yes' }, finish('stop')],
      ],
      [
        'a call after words',
        { pieces: [{ say: 'Let me see' }, { call: 'look', id: 'c1', args: '{"at":1}' }], reason: 'stop' },
        [{ type: 'text-delta', text: 'Let me see' }, ...called(0, 'c1', 'look', '{"at":1}'), finish('tool-calls')],
      ],
      [
        'two calls at once',
        {
          pieces: [
            { call: 'look', id: 'c1', args: '{"at":1}' },
            { call: 'look', id: 'c2', args: '{"at":2}' },
          ],
          reason: 'stop',
        },
        [...called(0, 'c1', 'look', '{"at":1}'), ...called(1, 'c2', 'look', '{"at":2}'), finish('tool-calls')],
      ],
      [
        'a call without arguments',
        { pieces: [{ call: 'look', id: 'c1', args: '' }], reason: 'stop' },
        [...called(0, 'c1', 'look', '{}'), finish('tool-calls')],
      ],
      ['a cut', { pieces: [{ say: 'Hello' }], reason: 'length' }, [{ type: 'text-delta', text: 'Hello' }, finish('length')]],
      ['a filter', { pieces: [{ say: 'Hello' }], reason: 'content-filter' }, [{ type: 'text-delta', text: 'Hello' }, finish('content-filter')]],
      [
        'what it cost',
        { pieces: [{ say: 'Hello' }], reason: 'stop', usage: true },
        [{ type: 'text-delta', text: 'Hello' }, finish('stop', { input: 100, output: 30, cachedInput: 20, cacheWrites: 0, reasoning: 10 })],
      ],
      [
        'things that no client reads',
        { pieces: [{ say: 'Hello, ' }, { foreign: true }, { say: 'world' }], reason: 'stop' },
        [{ type: 'text-delta', text: 'Hello, world' }, finish('stop')],
      ],
    ])('has %s', (_, answer, expected) => {
      both(answer, expected)
    })

    it('has calls of distinct ids, whatever the provider says', () => {
      const told = tell[wire]({
        pieces: [
          { call: 'look', id: 'c1', args: '{"at":1}' },
          { call: 'go', id: 'c1', args: '{"to":2}' },
        ],
        reason: 'stop',
      })
      const starts = format.readWhole(told.whole, context).filter((event) => event.type === 'tool-call-start')
      expect(starts.map(({ name }) => name)).toEqual(['look', 'go'])
      expect(new Set(starts.map(({ id }) => id)).size).toBe(2)
      const calls = starts.map(({ id, name }) => call(id, name))
      expect(see({ messages: [user('A'), assistant(...calls), ...starts.map(({ id, name }) => result(id, name))] }).results.map(({ text }) => text)).toEqual([
        'look',
        'go',
      ])
    })

    it('that breaks off is no answer', () => {
      const told = tell[wire]({ pieces: [{ say: 'Hello' }], reason: 'stop' })
      const end = told.events.findIndex((event) => /finish_?reason":\s*"|response\.completed|message_delta/i.test(JSON.stringify(event)))
      const reader = format.createReader(context)
      for (const event of told.events.slice(0, end)) reader.read(event)
      expect(end).toBeGreaterThan(0)
      expect(() => reader.end(false)).toThrow(expect.objectContaining({ status: 502, code: 'upstream_incomplete' }))
    })

    it.each<[string, Record<KnownWire, unknown>, number]>([
      [
        'too many requests',
        {
          chat: { error: { message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' } },
          responses: { type: 'error', error: { message: 'Slow down', code: 'rate_limit_exceeded' } },
          messages: { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } },
          gemini: { error: { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' } },
        },
        429,
      ],
      [
        'a request that is wrong',
        {
          chat: { error: { message: 'Slow down', type: 'invalid_request_error' } },
          responses: { type: 'error', error: { message: 'Slow down', type: 'invalid_request_error' } },
          messages: { type: 'error', error: { type: 'invalid_request_error', message: 'Slow down' } },
          gemini: { error: { message: 'Slow down', status: 'INVALID_ARGUMENT' } },
        },
        400,
      ],
    ])('that is an error under a status of success: %s', (_, errors, status) => {
      const expected = expect.objectContaining({ status, message: 'Slow down' })
      const reader = format.createReader(context)
      for (const event of tell[wire]({ pieces: [{ say: 'Hello' }], reason: 'stop' }).events.slice(0, 2)) reader.read(event)
      expect(() => reader.read(errors[wire])).toThrow(expected)
      expect(() => format.createReader(context).read(errors[wire])).toThrow(expected)
      expect(() => format.readWhole(errors[wire], context)).toThrow(expected)
    })

    it.each([undefined, null, 'text', 7, {}, [], { hello: 'world' }])('that is %j is none', (body) => {
      expect(() => format.readWhole(body, context)).toThrow(expect.objectContaining({ status: 502 }))
    })
  })

  describe('what the model thought goes back', () => {
    const SECRET = 'SECRET+/='
    const { events, done } = tell[wire]({
      pieces: [
        { think: 'Hmm', secret: SECRET },
        { call: 'look', id: 'c1', args: '{"at":1}' },
      ],
      reason: 'stop',
    })
    const reader = format.createReader(context)
    const told = [...events.flatMap((event) => reader.read(event)), ...reader.end(done)]
    const token = told.flatMap((event) => (event.type === 'part-token' ? [event.token] : []))[0]!
    const step = (own: Token | undefined): AssistantPart[] => [thought('Hmm', own), call('c1')]
    const body = (own: Token | undefined, parameters: Parameters = {}) =>
      JSON.stringify(encode({ parameters, messages: [user('A'), assistant(...step(own)), result('c1', 'B')] }))

    it('with the token of whoever made it', () => {
      expect(token).toMatchObject({ origin: 'p/m', value: expect.stringContaining(SECRET) })
      expect(body(token)).toContain(SECRET)
    })

    it('with one that the client sent in the vendor’s own field', () => {
      const { origin: _origin, ...raw } = token
      expect(body(raw)).toContain(SECRET)
    })

    it('without another model’s', () => {
      expect(body({ ...token, origin: 'q/m' })).not.toContain(SECRET)
    })

    it('without another vendor’s', () => {
      const kinds: Token['kind'][] = ['signature', 'redacted', 'thought-signature', 'encrypted', 'details', 'opaque']
      const sent = kinds.filter((kind) => body({ kind, value: kind === 'details' ? JSON.stringify([{ data: SECRET }]) : SECRET }).includes(SECRET))
      expect(sent).toEqual(OWN_TOKENS[wire])
    })

    it('and the request stands without it', () => {
      expect(() => body(undefined, { reasoningEffort: 'low' })).not.toThrow()
    })
  })
})

/** The deltas of one text or of one call's arguments put together. */
function joined(events: readonly AnswerEvent[]): AnswerEvent[] {
  const result: AnswerEvent[] = []
  for (const event of events) {
    const last = result.at(-1)
    if ((event.type === 'text-delta' || event.type === 'reasoning-delta') && last?.type === event.type) last.text += event.text
    else if (event.type === 'tool-call-delta' && last?.type === 'tool-call-delta' && last.index === event.index) last.arguments += event.arguments
    else if (!(event.type === 'tool-call-delta' && event.arguments === '')) result.push({ ...event })
  }
  return result
}
