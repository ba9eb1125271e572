import { describe, expect, it } from 'vitest'
import type { FilePart, Message } from '../../src/core/prompt.ts'
import { textOfResult, withTextResults } from '../../src/core/tool-result.ts'
import { answered, result } from '../support/messages.ts'

const image: FilePart = { type: 'file', param: 'x', mediaType: 'image/png', data: 'AAAA' }
const text = (value: string) => ({ type: 'text' as const, text: value })
const user = (...content: string[]): Message => ({ role: 'user', content: content.map(text) })
const call = (id: string) => ({ id, name: 'read', arguments: '{}' })

describe('a result as text', () => {
  it.each([
    [[text('A'), text('B')], false, 'A\nB'],
    [[], false, ''],
    [[image], false, '[A file, in the next message.]'],
    [[text('See'), image], false, 'See\n[A file, in the next message.]'],
    [[text('No such file')], true, 'Error: No such file'],
    [[text('<tool_use_error>File not read</tool_use_error>')], true, '<tool_use_error>File not read</tool_use_error>'],
    [[text('TypeError: x')], true, 'TypeError: x'],
    [[text('It rained, which was no error')], true, 'Error: It rained, which was no error'],
  ])('%j (failed: %s) is %j', (content, isError, expected) => {
    expect(textOfResult({ content, ...(isError && { isError }) })).toBe(expected)
  })
})

describe('a conversation whose results are texts', () => {
  const shot: Message = { role: 'tool', toolCallId: '1', content: [text('See'), image], cache: {} }
  const failed: Message = { role: 'tool', toolCallId: '2', content: [text('No')], isError: true }
  const written: Message[] = [{ ...result('1', 'See\n[A file, in the next message.]'), cache: {} }, result('2', 'Error: No')]
  const files = [text('From the result of 1:'), image]

  it('has their files in the user’s message behind them', () => {
    const asked = answered('', { calls: [call('1'), call('2')] })
    expect(withTextResults([user('Hi'), asked, shot, failed, user('And?')])).toEqual([
      user('Hi'),
      asked,
      ...written,
      { role: 'user', content: [...files, text('And?')] },
    ])
  })

  it('or in one of their own', () => {
    const own: Message = { role: 'user', content: files }
    expect(withTextResults([shot, failed])).toEqual([...written, own])
    expect(withTextResults([shot, failed, answered('So.'), user('Hi')])).toEqual([...written, own, answered('So.'), user('Hi')])
  })

  it('is otherwise as it was', () => {
    const messages = [user('Hi'), answered('', { calls: [call('1')] }), result('1', 'A'), user('And?')]
    expect(withTextResults(messages)).toEqual(messages)
  })
})
