import { expect, test } from 'vitest'
import { Redactor } from '../../src/redaction/redactor.ts'
import { compileRule } from '../../src/redaction/rule.ts'
import { growthOf, LINEAR } from '../support/growth.ts'

const CARD = '4111111111111111'
const redactor = new Redactor([
  { pattern: String.raw`\b4\d{15}\b`, replacement: '[card]' },
  { pattern: String.raw`(?i)(password=)\S+`, replacement: '$1***' },
])

/** A body, or a prompt, with the card wherever it is text; `kept` in its place where it is none. */
const cases: [string, (card: string, kept: string) => unknown, number][] = [
  [
    'chat completions',
    (card, kept) => ({
      model: kept,
      user: card,
      messages: [
        { role: 'system', content: `pay with ${card}` },
        {
          role: 'user',
          name: card,
          content: [
            { type: 'text', text: card },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${kept}` } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          reasoning_content: card,
          tool_calls: [{ id: kept, type: 'function', function: { name: kept, arguments: JSON.stringify({ id: card, [card]: [{ type: card }] }) } }],
        },
        { role: 'tool', tool_call_id: kept, name: kept, content: `it is ${card}` },
        {
          role: 'user',
          content: [
            { type: 'input_audio', input_audio: { data: kept, format: 'wav' } },
            { type: 'file', file: { file_data: `data:text/plain;base64,${Buffer.from(card).toString('base64')}`, filename: card } },
          ],
        },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: kept,
            description: card,
            parameters: { type: 'object', properties: { a: { type: 'string', description: card } }, required: [kept] },
          },
        },
      ],
      a_field_of_tomorrow: { text: card },
    }),
    14,
  ],
  [
    'messages',
    (card, kept) => ({
      system: [{ type: 'text', text: card }],
      metadata: { user_id: card },
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: kept, signature: 's' },
            { type: 'redacted_thinking', data: kept },
            { type: 'text', text: card },
            { type: 'tool_use', id: kept, name: kept, input: { data: card, name: card, deep: [{ id: card }] } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: kept,
              content: [
                { type: 'text', text: card },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: kept } },
              ],
            },
            { type: 'document', title: card, source: { type: 'text', media_type: 'text/plain', data: card } },
          ],
        },
      ],
      mcp_servers: [{ url: 'https://mcp.example', authorization_token: kept }],
    }),
    9,
  ],
  [
    'responses',
    (card, kept) => ({
      instructions: card,
      input: [
        { role: 'user', content: [{ type: 'input_text', text: card }] },
        { type: 'reasoning', id: kept, encrypted_content: 'e', summary: [{ type: 'summary_text', text: kept }] },
        { type: 'function_call', call_id: kept, name: kept, arguments: `{"a":"${card}"}` },
        { type: 'function_call_output', call_id: kept, output: card },
        { type: 'custom_tool_call', call_id: kept, name: kept, input: card },
      ],
      tools: [{ type: 'mcp', headers: { authorization: kept } }],
    }),
    5,
  ],
  ['responses with a text', (card) => ({ input: card }), 1],
  [
    'gemini',
    (card, kept) => ({
      systemInstruction: { parts: [{ text: card }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: card },
            { inlineData: { mimeType: 'image/png', data: kept } },
            { inlineData: { mimeType: 'text/csv', data: Buffer.from(card).toString('base64') } },
          ],
        },
        { role: 'model', parts: [{ functionCall: { name: kept, args: { name: card } }, thoughtSignature: kept }] },
        { role: 'user', parts: [{ functionResponse: { name: kept, response: { id: card } } }] },
      ],
    }),
    5,
  ],
  [
    'the canonical prompt',
    (card, kept) => ({
      model: kept,
      messages: [
        { role: 'system', content: card },
        {
          role: 'user',
          content: [
            { type: 'text', text: card },
            { type: 'file', param: 'p', mediaType: 'image/png', data: kept, filename: card },
          ],
        },
        {
          role: 'assistant',
          origin: kept,
          parts: [
            { type: 'reasoning', text: kept, token: { kind: 'signature', value: kept } },
            { type: 'reasoning', text: card },
            { type: 'text', text: card, token: { kind: 'thought-signature', value: kept } },
            { type: 'tool-call', id: kept, name: kept, arguments: `{"id":"${card}"}` },
          ],
        },
        { role: 'tool', toolCallId: kept, content: [{ type: 'text', text: card }] },
      ],
      tools: [{ name: kept, description: card }],
      output: { type: 'json-schema', name: kept, schema: { description: card } },
      parameters: { stop: [card], user: card },
    }),
    11,
  ],
]

test.each(cases)('every text of %s, and nothing else', async (_name, make, count) => {
  const given = make(CARD, CARD)
  const before = JSON.stringify(given)
  expect(await redactor.redact(given)).toEqual({ value: make('[card]', CARD), count })
  // What a client sent is remembered as it was.
  expect(JSON.stringify(given)).toBe(before)
  expect(await redactor.redact(make('none', CARD))).toEqual({ value: make('none', CARD), count: 0 })
})

test('a number in what a tool was called with', async () => {
  const { value } = await redactor.redact({ arguments: `{"n":${CARD},"m":1}` })
  expect(value).toEqual({ arguments: '{"n":"[card]","m":1}' })
})

test('arguments that are not changed keep their form, and those that are no JSON are text', async () => {
  const given = { a: { arguments: '{ "n": 1.0 }' }, b: { arguments: `{"n": ${CARD}` } }
  expect((await redactor.redact(given)).value).toEqual({ a: { arguments: '{ "n": 1.0 }' }, b: { arguments: '{"n": [card]' } })
})

test('a replacement may hold what a group found', async () => {
  expect(await redactor.redact({ text: 'x PassWord=hunter2 y password=a' })).toEqual({ value: { text: 'x PassWord=*** y password=***' }, count: 2 })
})

test('the very value comes back where nothing is found', async () => {
  const given = cases[0]![1]('none', 'none')
  expect((await redactor.redact(given)).value).toBe(given)
})

test('wherever it is in a long text, however much of it there is', async () => {
  for (const length of [8_000, 24_566, 24_570, 32_760, 32_768, 57_340, 200_000]) {
    const before = 'lorem ipsum '.repeat(length / 12).slice(0, length - 1)
    const text = `${before} ${CARD} and ${CARD} ${'x '.repeat(20_000)}${CARD}`
    expect(await redactor.redact({ text })).toEqual({ value: { text: text.replaceAll(CARD, '[card]') }, count: 3 })
  }
})

test('a match over many lines', async () => {
  const keys = new Redactor([{ pattern: '(?s)-----BEGIN .*?-----END KEY-----', replacement: 'KEY' }])
  const key = `-----BEGIN KEY-----\n${'ab\n'.repeat(2_000)}-----END KEY-----`
  for (const length of [0, 20_000, 30_000, 32_000]) {
    const before = 'y'.repeat(length)
    expect((await keys.redact({ text: before + key + before })).value).toEqual({ text: `${before}KEY${before}` })
  }
})

test('the same text again, also once others have taken its place', async () => {
  const one = new Redactor([{ pattern: String.raw`N\d{6}`, replacement: '#' }])
  const text = (index: number) => `${'a'.repeat(500_000)} N${index + 100_000}`
  for (let round = 0; round < 2; round++)
    for (let index = 0; index < 10; index++) expect(await one.redact({ text: text(index) })).toEqual({ value: { text: `${'a'.repeat(500_000)} #` }, count: 1 })
})

test('a pattern takes a time that grows with the text alone', () => {
  for (const pattern of ['(a+)+$', '(?:a|a)*b']) {
    const rule = compileRule({ pattern, replacement: '' })
    const factor = growthOf(
      (size) => `${'a'.repeat(size)}!`,
      (text) => void rule.pattern.matcher(text).find(),
      5_000,
    )
    expect(factor).toBeLessThan(LINEAR)
  }
})

test('others have their turn while a long text is searched', async () => {
  let turns = 0
  const turn = setInterval(() => turns++)
  await redactor.redact({ text: `${'lorem ipsum '.repeat(50_000)} ${CARD}` })
  clearInterval(turn)
  expect(turns).toBeGreaterThan(3)
})

test.each([
  ['x*', '', 'the pattern is found where there is nothing, too; write + for *, or name what must be there'],
  ['(?=a)b', '', "the pattern is not one of RE2's: invalid or unsupported Perl syntax: `(?=`"],
  ['(a', '', "the pattern is not one of RE2's: missing closing ): `(a`"],
  ['(a)b', '$2', 'the replacement has $2, and the pattern no such group'],
])('%s with the replacement "%s" is refused', (pattern, replacement, message) => {
  expect(() => compileRule({ pattern, replacement })).toThrow(new RangeError(message))
})
