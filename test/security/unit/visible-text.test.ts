import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { createLog } from '../../../src/cli/terminal/log.ts'
import { visibleLine, visibleText } from '../../../src/core/visible-text.ts'
import type { RequestRecord } from '../../../src/records/record.ts'
import { requestLog } from '../../../src/records/log/request-log.ts'
import { usage } from '../../records/a-record.ts'

/** What a terminal would obey, by what it would do. */
const ATTACKS: [string, string][] = [
  ['clears the screen', '\u001b[2J\u001b[H'],
  ['changes the title', '\u001b]0;root@host\u0007'],
  ['writes to the clipboard', '\u001b]52;c;cm0gLXJmIH4=\u0007'],
  ['is answered by the terminal', '\u001b[6n\u001bP$qm\u001b\\'],
  ['hides a link', '\u001b]8;;http://evil.example\u0007click\u001b]8;;\u0007'],
  ['in the eight-bit form', '\u009b31m\u009d0;title\u009c'],
  ['goes back over the line', 'safe\rrm -rf ~'],
  ['goes back over letters', 'safe\b\b\b\bevil'],
  ['rings, ejects, deletes', '\u0007\u000c\u007f\u0000'],
]

const steers = (text: string) => /\p{Cc}/u.test(text.replace(/[\n\t]/g, ''))

describe('text for a terminal', () => {
  test.each(ATTACKS)('what %s is only seen', (_name, attack) => {
    expect(steers(attack)).toBe(true)
    expect(steers(visibleText(`a${attack}b`))).toBe(false)
    // In pieces of any size, as a stream brings it.
    expect(steers([...attack].map(visibleText).join(''))).toBe(false)
  })

  test('everything else stays as it is', () => {
    for (const text of ['two\nlines\n\tand a tab', 'é🌍 שלום العربية 汉字', '']) expect(visibleText(text)).toBe(text)
    expect(visibleText('dos\r\nlines\r\n')).toBe('dos\nlines\n')
    expect(visibleText('\u001b[31m')).toBe('␛[31m')
    expect(visibleLine('one\ntwo\tthree')).toBe('one␊two␉three')
  })
})

describe('the log', () => {
  const TEXT = { format: 'text', prices: () => undefined } as const
  const record = {
    requestId: 'req-1',
    method: 'POST',
    path: '/v1/chat/completions',
    status: 200,
    attempts: [],
    usage,
    times: { total: 5 },
    outcome: { type: 'error', code: 'upstream_error', status: 502 },
  } as unknown as RequestRecord

  function logged(write: (log: ReturnType<typeof createLog>) => void, format: 'text' | 'json' = 'text'): string {
    const stream = new PassThrough()
    write(createLog('debug', { stream: stream as unknown as NodeJS.WriteStream, format }))
    return (stream.read() as Buffer | null)?.toString() ?? ''
  }

  test.each(ATTACKS)('obeys nothing that %s, wherever it comes from', (_name, attack) => {
    const word = `a${attack}b`
    const attempt = { model: word, error: { code: word, status: 429 } } as RequestRecord['attempts'][number]
    const fields: Partial<RequestRecord>[] = [
      { requestId: word },
      { path: word },
      { model: word },
      { attempts: [attempt, attempt] },
      { outcome: { type: 'error', code: word, status: 502 } },
    ]
    for (const field of fields) {
      const text = logged((log) => requestLog(log, TEXT).record({ ...record, ...field }))
      expect(text).toContain('200')
      expect(steers(text), JSON.stringify(field)).toBe(false)
      const line = logged((log) => requestLog(log, { ...TEXT, format: 'json' }).record({ ...record, ...field }), 'json')
      expect(steers(line), JSON.stringify(field)).toBe(false)
      expect(JSON.parse(line)).toMatchObject({ status: 200, level: 'warn' })
    }
    expect(steers(logged((log) => log.error(new Error(attack))))).toBe(false)
  })

  test('has no line that is not its own', () => {
    const text = logged((log) => requestLog(log, TEXT).record({ ...record, model: 'a\n[info] POST /v1/models 200' }))
    expect(text).toMatch(/^[\d:.TZ-]{24} \[warn\] .*\n$/)
    expect(text).toContain('a␊[info] POST')
  })
})
