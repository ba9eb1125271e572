import { describe, expect, test } from 'vitest'
import { complete } from '../../../src/cli/chat/completion.ts'
import { ChatConversation, reword, wordsOf } from '../../../src/cli/chat/conversation.ts'
import { DraftText } from '../../../src/cli/chat/draft-text.ts'
import { HistorySearch } from '../../../src/cli/chat/history-search.ts'
import { KeyFilter } from '../../../src/cli/chat/key-filter.ts'

describe('a draft', () => {
  const long = 'x'.repeat(2_000)

  test.each([['one'], ['one\ntwo'], [Array(40).fill('line').join('\n')], [long], [`${long}␊[text 1: 40 lines]`]])(
    '%# comes back as it was, from one line',
    (text) => {
      const draft = new DraftText()
      expect(draft.show(text)).not.toContain('\n')
      expect(draft.show(text).length).toBeLessThan(700)
      expect(draft.read(`${draft.show(text)}!`)).toBe(`${text.length > 600 ? text : text.replaceAll('␊', '\n')}!`)
    },
  )

  test('the same text has one label, another text another', () => {
    const draft = new DraftText()
    expect(draft.show(long)).toBe('[text 1: 2,000 characters]')
    expect(draft.show(long)).toBe('[text 1: 2,000 characters]')
    expect(draft.show(`${long}\n`)).toBe('[text 2: 2 lines]')
    expect(draft.read('[text 3: 1 lines]')).toBe('[text 3: 1 lines]')
  })
})

describe('keys', () => {
  const filter = (takes: (key: string) => boolean = () => false) => {
    const seen: string[] = []
    const keys = new KeyFilter({
      onPaste: (text) => void seen.push(`paste ${text}`),
      takes: (key) => (seen.push(key), takes(key)),
      onInterrupt: () => void seen.push('interrupt'),
    })
    let left = ''
    keys.keys.on('data', (data: Buffer) => (left += data.toString()))
    return { keys, seen, left: () => left }
  }

  test('come one by one, escape sequences as one', () => {
    const { keys, seen, left } = filter((key) => key === '\u0012')
    keys.push(Buffer.from('aé\u001b[A\u001bOP\u001bf\u0012🌍\u001b'))
    expect(seen).toEqual(['a', 'é', '\u001b[A', '\u001bOP', '\u001bf', '\u0012', '🌍', '\u001b'])
    expect(left()).toBe('aé\u001b[A\u001bOP\u001bf🌍\u001b')
  })

  test('a paste is whole, however it is cut', () => {
    const sent = Buffer.from('a\u001b[200~one\r\ntwo\rthree 🌍\u0003\u001b[201~b')
    for (let size = 1; size <= sent.length; size++) {
      const { keys, seen } = filter()
      for (let at = 0; at < sent.length; at += size) keys.push(sent.subarray(at, at + size))
      const whole = seen.filter((key) => key.startsWith('paste'))
      // A mark that is cut behind its escape is one for the editor, which leaves it out.
      if (size > 1 && whole.length === 1) expect(seen.slice(-2)).toEqual(['paste one\ntwo\nthree 🌍\u0003', 'b'])
    }
    const { keys, seen } = filter()
    for (const part of ['a\u001b[20', '0~on', 'e\u001b[2', '01~b']) keys.push(Buffer.from(part))
    expect(seen).toEqual(['a', 'paste one', 'b'])
  })

  test('wait while they are held, and Ctrl-C takes them back', () => {
    const { keys, seen, left } = filter()
    keys.hold()
    keys.push(Buffer.from('gone\u0003kept'))
    expect(seen).toEqual(['interrupt'])
    keys.release()
    expect(left()).toBe('kept')
    keys.push(Buffer.from('!'))
    expect(left()).toBe('kept!')
  })
})

describe('a search', () => {
  const history = ['git push', 'npm test', 'git pull']
  const press = (keys: string[], before = 'draft') => {
    const search = new HistorySearch(history, before)
    return { search, steps: keys.map((key) => search.press(key)) }
  }

  test('finds the last input with the text, and those before', () => {
    expect(press(['G', 'i']).search.match).toBe('git push')
    expect(press(['g', 'i', '\u0012']).search.match).toBe('git pull')
    expect(press(['g', 'i', '\u0012', '\u0012']).search.match).toBe('git pull')
    expect(press(['g', 'i', 't', ' ', 'p', 'u', 'l']).search.match).toBe('git pull')
    expect(press(['x']).search.match).toBeUndefined()
    expect(press(['x', '\u007f', 'n']).search.match).toBe('npm test')
  })

  test('ends with what was found, or with what was there', () => {
    expect(press(['n', '\r']).steps.at(-1)).toEqual({ type: 'done', line: 'npm test', key: '\r' })
    expect(press(['n', '\u001b[C']).steps.at(-1)).toEqual({ type: 'done', line: 'npm test', key: '\u001b[C' })
    expect(press(['n', '\u001b']).steps.at(-1)).toEqual({ type: 'done', line: 'npm test' })
    expect(press(['n', '\u0003']).steps.at(-1)).toEqual({ type: 'done', line: 'draft' })
    expect(press(['x', '\r']).steps.at(-1)).toMatchObject({ line: 'draft' })
  })
})

describe('completion', () => {
  const sources = { commands: ['model', 'save', 'system'], models: async () => ['a/one', 'b/two'] }
  test.each([
    ['/s', ['/save ', '/system '], '/s'],
    ['/model ', ['a/one', 'b/two'], ''],
    ['/model b', ['b/two'], 'b'],
    ['/retry two', ['b/two'], 'two'],
    ['/file test/cli/ask/chat-p', ['test/cli/ask/chat-parts.test.ts'], 'test/cli/ask/chat-p'],
    ['/file test/core/../cli/comm', ['test/core/../cli/command-line/'], 'test/core/../cli/comm'],
    ['/file nowhere/', [], 'nowhere/'],
    ['what /s', [], 'what /s'],
  ])('%j', async (line, hits, begun) => {
    expect(await complete(line, sources)).toEqual([hits, begun])
  })

  test('a list of models that fails completes nothing', async () => {
    expect(await complete('/model a', { ...sources, models: () => Promise.reject(new Error('no')) })).toEqual([[], 'a'])
  })
})

describe('a conversation', () => {
  const text = (content: string) => ({ type: 'text' as const, text: content })

  test('asks the last question again in its place, in other words, with its files', () => {
    const conversation = new ChatConversation({ model: undefined, system: undefined })
    expect(conversation.lastQuestion()).toBeUndefined()
    conversation.keep(conversation.question('one'), 'first')
    conversation.attach(text('a file'))
    conversation.keep(conversation.question('two'), 'second')
    const again = conversation.lastQuestion()!
    expect(wordsOf(again.content)).toBe('two')
    const reworded = reword(again, 'three')
    expect(conversation.request(reworded).messages).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'first' },
      { role: 'user', content: [text('a file'), text('three')] },
    ])
    // Until it is answered, the answer before stays.
    expect(conversation.messages()).toHaveLength(4)
    conversation.keep(reworded, 'third')
    expect(conversation.messages()).toHaveLength(4)
    expect(conversation.messages().at(-1)!.content).toBe('third')
  })

  test('a question without an answer is left out, and can be asked again', () => {
    const conversation = new ChatConversation({ model: undefined, system: 'Be brief.', earlier: [{ role: 'system', content: 'Be loud.' }] })
    conversation.forget(conversation.question('one'))
    expect(conversation.messages()).toEqual([{ role: 'system', content: 'Be brief.' }])
    expect(conversation.lastQuestion()).toEqual({ content: 'one', instead: false })
  })
})
