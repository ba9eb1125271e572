import { describe, expect, test } from 'vitest'
import { Captures } from '../../src/live/captures.ts'

const request = (requestId: string, text = '{"messages":[]}') => ({ requestId, text })

describe('prompts and answers', () => {
  test('are kept only while somebody wants it, and forgotten with that', () => {
    const captures = new Captures()
    expect(captures.begin(request('a'))).toBeUndefined()
    captures.switchOn()
    const capture = captures.begin(request('b'))!
    capture.hear({ type: 'text-delta', text: 'Hel' }, 0)
    capture.hear({ type: 'text-delta', text: 'lo' }, 0)
    capture.hear({ type: 'reasoning-delta', text: 'Hm.' }, 1)
    capture.hear({ type: 'tool-call-start', index: 0, id: '1', name: 'look' }, 0)
    capture.hear({ type: 'tool-call-delta', index: 0, arguments: '{"a":1}' }, 0)
    expect(captures.find('b')).toMatchObject({
      request: '{"messages":[]}',
      answers: [
        { text: 'Hello', reasoning: '', calls: [{ name: 'look', arguments: '{"a":1}' }] },
        { text: '', reasoning: 'Hm.', calls: [] },
      ],
      cut: false,
    })
    captures.switchOff()
    expect(captures.find('b')).toBeUndefined()
    expect(captures.state()).toEqual({ on: false, until: null, kept: 0, bytes: 0 })
  })

  test('are no longer taken after an hour', () => {
    let now = 0
    const captures = new Captures(() => now)
    captures.switchOn()
    now = 60 * 60_000 - 1
    expect(captures.begin(request('a'))).toBeDefined()
    now++
    expect(captures.begin(request('b'))).toBeUndefined()
  })

  test('have a bound, each and together', () => {
    const captures = new Captures()
    captures.switchOn()
    captures.begin(request('long', `{"x":"${'words '.repeat(100_000)}"}`))
    expect(captures.find('long')).toMatchObject({ cut: true })
    const answer = captures.begin(request('talk'))!
    for (let piece = 0; piece < 1000; piece++) answer.hear({ type: 'text-delta', text: 'x'.repeat(1000) }, 0)
    expect(captures.find('talk')!.cut).toBe(true)
    expect(captures.state().bytes).toBeLessThan(1_000_000)
    for (let number = 0; number < 300; number++) captures.begin(request(String(number), `"${'y z '.repeat(40_000)}"`))
    expect(captures.state().kept).toBeLessThanOrEqual(100)
    expect(captures.state().bytes).toBeLessThanOrEqual(8_000_000)
    expect(captures.find('299')).toBeDefined()
  })

  test('have no files', () => {
    const captures = new Captures()
    captures.switchOn()
    captures.begin(request('a', JSON.stringify({ url: `data:image/png;base64,${'iVBORw0KGgo'.repeat(1000)}` })))
    expect(captures.find('a')!.request.length).toBeLessThan(100)
  })
})
