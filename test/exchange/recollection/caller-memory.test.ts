import { describe, expect, it } from 'vitest'
import type { AssistantMessage, AssistantPart, CallPart, Message, Reasoning, Token } from '../../../src/core/prompt.ts'
import { CallerMemory } from '../../../src/exchange/recollection/caller-memory.ts'
import { memoryReasoningStore } from '../../../src/storage/memory/reasoning-store.ts'

/** What comes back of answers whose client sends their texts and calls alone. */

const MODEL = 'vendor/model'

const newStore = () => memoryReasoningStore({ maxBytes: 1_000_000, maxEntries: 1000, lifetime: 60_000 })
const token = (value: string, more: Partial<Token> = {}): Token => ({ kind: 'signature', value, origin: MODEL, ...more })
const thought = (text: string, value = `${text}+token`): Reasoning => ({ type: 'reasoning', text, token: token(value) })
const text = (said: string): AssistantPart => ({ type: 'text', text: said })
const call = (id = 'call_0', args = '{"city":"Rome"}', more: Partial<CallPart> = {}): CallPart => ({
  type: 'tool-call',
  id,
  name: 'weather',
  arguments: args,
  ...more,
})
const user = (said: string): Message => ({ role: 'user', content: [{ type: 'text', text: said }] })
const system = (content: string): Message => ({ role: 'system', content })
const result = (said = 'Sunny', toolCallId = 'call_0'): Message => ({ role: 'tool', toolCallId, content: [{ type: 'text', text: said }] })
const answer = (...parts: AssistantPart[]): AssistantMessage => ({ role: 'assistant', parts })
const remembered = (...parts: AssistantPart[]): AssistantMessage => ({ ...answer(...parts), origin: MODEL, thoughts: 'remembered' })

/** What the assistant's messages are once they were completed. */
async function completed(memory: CallerMemory, messages: Message[]): Promise<AssistantMessage[]> {
  const all = await memory.complete(messages)
  return all.filter((message) => message.role === 'assistant')
}

describe('an answer with calls', () => {
  it('gets back what it held, in the model’s order', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    const parts = [thought('First'), call(), thought('Then'), text('One more.'), call('call_1')]
    await memory.keep([user('Go')], parts, MODEL)
    const sent = [user('Go'), answer(text('One more.'), call(), call('call_1')), result(), result('Rain', 'call_1')]
    expect(await completed(memory, sent)).toEqual([remembered(...parts)])
  })

  it('is known by what its arguments say, not by how they are written', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([user('Go')], [thought('Hm'), call('call_0', '{"a":{"b":1,"c":[2]},"d":"é"}'), call('call_1', '')], MODEL)
    const sent = answer(call('call_0', '{ "d": "\\u00e9", "a": {"c": [2], "b": 1.0} }'), call('call_1', '{}'))
    expect(await completed(memory, [user('Go'), sent, result(), result('', 'call_1')])).toEqual([remembered(thought('Hm'), ...sent.parts)])
  })

  it('keeps the client’s own text where it is another', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep(
      [user('Go')],
      [thought('Hm'), { type: 'text', text: 'Let me look.', token: token('t') }, call('call_0', '{}', { token: token('c') })],
      MODEL,
    )
    const edited = [user('Go'), answer(text('I look.'), call('call_0', '{}')), result()]
    expect(await completed(memory, edited)).toEqual([remembered(thought('Hm'), text('I look.'), call('call_0', '{}', { token: token('c') }))])
    const trimmed = [user('Go'), answer(text(' Let me look.\n'), call('call_0', '{}')), result()]
    expect((await completed(memory, trimmed))[0]!.parts[1]).toEqual({ type: 'text', text: 'Let me look.', token: token('t') })
  })

  it('may have no ids where its format needs none', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([user('Go')], [thought('Hm'), call('made-by-model')], MODEL)
    const unnamed = (id: string) => call(id, undefined, { unnamed: true })
    expect(await memory.complete([user('Go'), answer(unnamed('call_1')), result('Sunny', 'call_1'), user('And?')])).toEqual([
      user('Go'),
      remembered(thought('Hm'), unnamed('made-by-model')),
      result('Sunny', 'made-by-model'),
      user('And?'),
    ])
  })

  it('is whole again where its client kept the last piece of what was streamed', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    const list = (said: string) =>
      JSON.stringify([
        { type: 'reasoning.text', text: said, signature: 's1' },
        { type: 'reasoning.encrypted', data: 'd2' },
      ])
    const part = (said: string, value: string): Reasoning => ({ type: 'reasoning', text: said, token: token(value, { kind: 'details' }) })
    await memory.keep([user('Go')], [part('Hm', list('Hm')), call()], MODEL)
    const piece = answer(part('', '[{"signature":"s1","text":""}]'), call())
    expect(await completed(memory, [user('Go'), piece, result()])).toEqual([remembered(part('Hm', list('Hm')), call())])
  })

  it('stays as it is where the client sent all of it', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([user('Go')], [thought('Hm'), call()], MODEL)
    const marked = answer(thought('Hm'), { ...call(), cache: { ttl: '1h' } })
    const [same] = await completed(memory, [user('Go'), marked, result()])
    expect(same).toEqual({ ...marked, origin: MODEL })
    const other = answer(thought('Hm', 'another token'), call())
    expect(await completed(memory, [user('Go'), other, result()])).toEqual([other])
  })
})

describe('ids that repeat', () => {
  const first = [thought('First'), call()]
  const second = [thought('Second'), call()]

  it('cross no turns', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    const begin = [user('Go')]
    await memory.keep(begin, first, MODEL)
    const next = [...begin, answer(call()), result(), answer(text('Sunny.')), user('Go')]
    await memory.keep(next, second, MODEL)
    expect(await completed(memory, [...next, answer(call()), result()])).toEqual([remembered(...first), answer(text('Sunny.')), remembered(...second)])
  })

  it('cross no steps', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    const begin = [user('Go')]
    await memory.keep(begin, first, MODEL)
    const next = [...begin, answer(call()), result('Try again')]
    await memory.keep(next, second, MODEL)
    expect(await completed(memory, [...next, answer(call()), result()])).toEqual([remembered(...first), remembered(...second)])
  })

  it.each<[string, Message[], Message[]]>([
    ['the user’s words', [user('Go')], [user('Go on')]],
    ['what came before', [user('Go')], [user('Hello'), answer(text('Hello.')), user('Go')]],
    ['a result', [user('Go'), answer(call('x')), result('A', 'x')], [user('Go'), answer(call('x')), result('B', 'x')]],
    ['a call', [user('Go'), answer(call('x', '{"a":1}')), result('A', 'x')], [user('Go'), answer(call('x', '{"a":2}')), result('A', 'x')]],
    ['a file', [fileOf('AAAA')], [fileOf('AAAB')]],
  ])('cross no conversations that differ in %s', async (_in, one, other) => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep(one, first, MODEL)
    expect((await completed(memory, [...other, answer(call()), result()])).at(-1)!.parts).toEqual([call()])
    await memory.keep(other, second, MODEL)
    expect((await completed(memory, [...one, answer(call()), result()])).at(-1)!.parts).toEqual(first)
    expect((await completed(memory, [...other, answer(call()), result()])).at(-1)!.parts).toEqual(second)
  })

  it('cross no calls', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([user('Go')], first, MODEL)
    for (const other of [call('call_1'), call('call_0', '{"city":"Oslo"}'), { ...call(), name: 'clock' }]) {
      expect((await completed(memory, [user('Go'), answer(other), result('', other.id)]))[0]!.parts).toEqual([other])
    }
    expect((await completed(memory, [user('Go'), answer(call(), call('call_1')), result(), result('', 'call_1')]))[0]!.parts).toHaveLength(2)
  })

  it('cross no callers', async () => {
    const store = newStore()
    const [one, other] = [new CallerMemory(store, 'one'), new CallerMemory(store, 'other')]
    await one.keep([user('Go')], first, MODEL)
    const sent = [user('Go'), answer(call()), result()]
    expect((await completed(other, sent))[0]!.parts).toEqual([call()])
    await other.keep([user('Go')], second, MODEL)
    expect([(await completed(one, sent))[0]!.parts, (await completed(other, sent))[0]!.parts]).toEqual([first, second])
  })

  it('cross no conversations under different system prompts', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([system('One'), user('Go')], first, MODEL)
    const sent = (words: string) => [system(words), user('Go'), answer(call()), result()]
    // Some clients write the time of day into it.
    expect((await completed(memory, sent('One, a minute later')))[0]!.parts).toEqual(first)
    await memory.keep([system('Two'), user('Go')], second, MODEL)
    expect((await completed(memory, sent('One')))[0]!.parts).toEqual(first)
    expect((await completed(memory, sent('Two')))[0]!.parts).toEqual(second)
    expect((await completed(memory, sent('Three')))[0]!.parts).toEqual([call()])
  })
})

describe('what nobody remembers', () => {
  const sent = [user('Go'), answer(call()), result(), answer(call('call_1')), result('', 'call_1')]

  it('is marked as lost where the client sends no tokens', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep(sent.slice(0, 3), [thought('Hm'), call('call_1')], MODEL)
    expect(await completed(memory, sent)).toEqual([{ ...answer(call()), thoughts: 'lost' }, remembered(thought('Hm'), call('call_1'))])
  })

  it('is no loss where the answer is remembered and had nothing', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([user('Go')], [call()], MODEL)
    expect(await completed(memory, sent.slice(0, 3))).toEqual([{ ...answer(call()), origin: MODEL }])
  })

  it('is no loss where the client sends tokens', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    const kept = [user('Go'), answer(thought('Hm'), call()), result(), answer(call('call_1')), result('', 'call_1')]
    expect(await completed(memory, kept)).toEqual([kept[1], kept[3]])
  })
})

describe('a token in its vendor’s own field', () => {
  const raw = (value: string, kind: Token['kind'] = 'signature'): Reasoning => ({ type: 'reasoning', text: '', token: { kind, value } })
  const originIn = async (memory: CallerMemory, part: Reasoning) =>
    (await completed(memory, [user('Go'), answer(part, text('So.'))]))[0]!.parts[0]!.token!.origin

  it('has the origin that the answer told, whatever it stood with', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep(undefined, [thought('Hm', 'mine'), text('So.')], MODEL)
    expect(await originIn(memory, raw('mine'))).toBe(MODEL)
    expect(await originIn(memory, raw('another'))).toBeUndefined()
    expect(await originIn(new CallerMemory(newStore(), 'caller'), raw('mine'))).toBeUndefined()
  })

  it('is known in a list that the client wrote anew', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    const list = [
      { type: 'reasoning.text', text: 'Hm', signature: 's1', index: 0 },
      { type: 'reasoning.encrypted', data: 'd2', index: 1 },
    ]
    await memory.keep([], [{ type: 'reasoning', text: '', token: token(JSON.stringify(list), { kind: 'details' }) }], MODEL)
    expect(await originIn(memory, raw(JSON.stringify([{ index: 1, data: 'd2' }]), 'details'))).toBe(MODEL)
    expect(await originIn(memory, raw('[{"data":"d3"}]', 'details'))).toBeUndefined()
    expect(await originIn(memory, raw('no list', 'details'))).toBeUndefined()
  })

  it('is not needed to know whose a thought is', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([user('Go')], [{ type: 'reasoning', text: 'Hm, ' }, { type: 'reasoning', text: 'so.' }, text('So.')], MODEL)
    const origins = await completed(memory, [
      user('Go'),
      answer({ type: 'reasoning', text: 'Hm, so.' }, text('So.')),
      answer({ type: 'reasoning', text: 'Hm' }),
    ])
    expect(origins.map(({ origin }) => origin)).toEqual([MODEL, undefined])
  })

  it('may be an id that the provider keeps the item under', async () => {
    const memory = new CallerMemory(newStore(), 'caller')
    await memory.keep([], [{ type: 'reasoning', text: '', token: token('', { kind: 'encrypted', id: 'rs_1' }) }], MODEL)
    const originOf = await memory.originsOf(['rs_1', 'rs_2'])
    expect([originOf('rs_1'), originOf('rs_2')]).toEqual([MODEL, undefined])
  })
})

function fileOf(data: string): Message {
  return { role: 'user', content: [{ type: 'file', param: 'p', mediaType: 'image/png', data }] }
}
