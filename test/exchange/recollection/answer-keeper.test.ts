import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { AnswerEvent } from '../../../src/core/answer-event.ts'
import type { AssistantPart } from '../../../src/core/prompt.ts'
import type { AnswerItem as Item } from '../../../src/exchange/answer-items.ts'
import { AnswerKeeper } from '../../../src/exchange/recollection/answer-keeper.ts'

const thought: AnswerEvent[] = [
  { type: 'reasoning-delta', text: 'Hm' },
  { type: 'part-token', part: 'reasoning', token: { kind: 'signature', value: 's', origin: 'p/m' } },
]
const called: AnswerEvent[] = [
  { type: 'tool-call-start', index: 0, id: 'c1', name: 'look' },
  { type: 'tool-call-delta', index: 0, arguments: '{}' },
]
const finish: AnswerEvent = { type: 'finish', reason: 'tool-calls', usage: undefined }
const parts: AssistantPart[] = [
  { type: 'reasoning', text: 'Hm', token: { kind: 'signature', value: 's', origin: 'p/m' } },
  { type: 'tool-call', id: 'c1', name: 'look', arguments: '{}' },
]

const of = (choice: number, ...events: AnswerEvent[]): Item[] => events.map((event) => ({ choice, event }))
const bytes = (ended: boolean, ...events: AnswerEvent[]): Item => ({ type: 'bytes', bytes: Buffer.from('x'), events, ended })

async function kept(list: Item[]): Promise<AssistantPart[][]> {
  const all: AssistantPart[][] = []
  const keeper = new AnswerKeeper(async (answer) => void all.push(answer))
  for (const item of list) await keeper.hear(item)
  return all
}

describe('answers', () => {
  it('are kept when they end, each for itself', async () => {
    expect(await kept([...of(0, ...thought), ...of(1, ...called), ...of(0, ...called, finish), ...of(1, finish)])).toEqual([parts, parts.slice(1)])
  })

  it('are kept of a body that is passed on once the provider has told that they end, and once more if more comes', async () => {
    expect(await kept([bytes(false, ...thought), bytes(true, ...called), bytes(true), bytes(true, finish)])).toEqual([parts])
    expect(await kept([bytes(true, ...called), bytes(true, ...thought, finish)])).toEqual([parts.slice(1), [parts[1], parts[0]]])
  })

  it('that break off, and those of a model that another stood in for, are not', async () => {
    const fallback: Item = { type: 'fallback', from: 'p/m', to: 'q/m', error: new BridgeError('Down.', { code: 'upstream_error', status: 503 }) }
    expect(await kept([...of(0, ...thought, ...called)])).toEqual([])
    expect(await kept([...of(0, { type: 'retry', attempt: 1, delay: 1, message: '' }), fallback, ...of(0, ...called, finish)])).toEqual([parts.slice(1)])
  })

  it.each<[string, Item[]]>([
    ['events', of(0, ...called, finish)],
    ['bytes', [bytes(false, ...called), bytes(true)]],
  ])('are kept before their end is told: %s', async (_of, list) => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const keeper = new AnswerKeeper(() => held)
    for (const item of list.slice(0, -1)) expect(keeper.hear(item)).toBeUndefined()
    let told = false
    const end = keeper.hear(list.at(-1)!)!.then(() => (told = true))
    for (let tick = 0; tick < 20; tick++) await Promise.resolve()
    expect(told).toBe(false)
    release()
    await end
  })
})
