import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Token, TokenKind } from '../../src/core/prompt.ts'
import { isWrapped } from '../../src/protocols/envelope.ts'
import {
  type PlacedToken,
  readToken,
  type TokenPlace,
  unwrapPlaced,
  unwrapToken,
  unwrapTokens,
  wrapToken,
  wrapTokens,
  writeToken,
} from '../../src/protocols/token-envelope.ts'

const KINDS: Record<TokenKind, true> = {
  signature: true,
  redacted: true,
  'thought-signature': true,
  encrypted: true,
  details: true,
  opaque: true,
  metadata: true,
}
const kinds = Object.keys(KINDS) as TokenKind[]

const token: Token = { kind: 'encrypted', value: 'gAAAAAB+/=', id: 'rs_1', origin: 'openai/gpt-5' }
const PREFIX = 'ocbridgetok1'

/** A text with a right checksum around any content. */
function seal(json: string): string {
  const content = Buffer.from(json.padEnd(Math.ceil(json.length / 3) * 3))
  const checksum = createHash('sha256').update(PREFIX).update(content).digest().subarray(0, 9)
  return PREFIX + Buffer.concat([checksum, content]).toString('base64url')
}

describe('a token in its envelope', () => {
  it.each(kinds)('of the kind %s comes out as it went in', (kind) => {
    for (const value of ['', 'x', 'a"b\\c', '☀🙂', '[{"type":"reasoning.text"}]', 'A'.repeat(100_000)]) {
      expect(unwrapToken(wrapToken({ kind, value }))).toEqual({ kind, value })
      const whole = { kind, value, id: 'i', origin: 'a/b/c:d' }
      expect(unwrapToken(wrapToken(whole))).toEqual(whole)
    }
  })

  it.each<TokenPlace>([
    { part: 'reasoning' },
    { part: 'reasoning', text: '' },
    { part: 'reasoning', text: 'Hm.' },
    { part: 'reasoning', length: 0 },
    { part: 'text' },
    { part: 'tool-call', id: 'call_0' },
  ])('says where it belongs: %j', (place) => {
    expect(unwrapPlaced(wrapToken(token, place))).toEqual({ token, place })
  })

  it('may be one of several', () => {
    const placed: PlacedToken[] = [
      { token, place: { part: 'reasoning', text: 'Hm.' } },
      { token: { kind: 'redacted', value: 'x' }, place: { part: 'tool-call', id: 'a' } },
    ]
    expect(unwrapTokens(wrapTokens(placed))).toEqual(placed)
    expect(unwrapPlaced(wrapTokens(placed))).toEqual(placed[0])
    expect(wrapTokens(placed.slice(0, 1))).toBe(wrapToken(token, placed[0]!.place))
  })

  it('is base64 that need not be padded, and may be written in its other alphabet', () => {
    for (let length = 0; length < 40; length++) {
      const made = { ...token, value: '\u00ff?>'.repeat(length).slice(0, length) }
      const text = wrapToken(made)
      expect(text).toMatch(/^(?:[\w-]{4})+$/)
      expect(unwrapToken(Buffer.from(text, 'base64url').toString('base64'))).toEqual(made)
      expect(unwrapToken(text.replaceAll('-', '+').replaceAll('_', '/'))).toEqual(made)
    }
  })

  it('differs from that of every other token', () => {
    const places: TokenPlace[] = [
      { part: 'reasoning' },
      { part: 'reasoning', text: '' },
      { part: 'text' },
      { part: 'tool-call', id: '' },
      { part: 'tool-call', id: 'a' },
    ]
    const tokens = kinds.flatMap((kind) =>
      ['', 'a', 'ab'].flatMap((value) =>
        [undefined, '', 'a', 'b'].flatMap((id) =>
          [undefined, '', 'a', 'b'].map((origin): Token => ({ kind, value, ...(id !== undefined && { id }), ...(origin !== undefined && { origin }) })),
        ),
      ),
    )
    const texts = tokens.flatMap((made) => places.map((place) => wrapToken(made, place)))
    expect(new Set(texts).size).toBe(texts.length)
  })
})

describe('what is no token of ours', () => {
  it.each([
    '',
    'x',
    'EqQBCgIYAhIM1gbcDa9GJwZA2b3h',
    'gAAAAABoISQ24OyVRYbkYfukdJoqdzWT',
    'ocb',
    'ocbridgetok',
    'OCBRIDGETOK1',
    'skip_thought_signature_validator',
    `x${wrapToken(token)}`,
  ])('is foreign: %s', (text) => {
    expect([isWrapped(text), unwrapToken(text)]).toEqual([false, undefined])
  })

  it('is one that was cut, lengthened or changed anywhere', () => {
    const text = wrapToken(token)
    for (let index = PREFIX.length; index < text.length; index++) {
      expect(unwrapToken(text.slice(0, index))).toBeUndefined()
      const other = text[index] === 'A' ? 'B' : 'A'
      expect(unwrapToken(text.slice(0, index) + other + text.slice(index + 1))).toBeUndefined()
    }
    for (const more of ['A', 'AAAA', '=', '.', ' ', '\n', text]) expect(unwrapToken(text + more)).toBeUndefined()
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"kind":'],
    ['no object', '"signature"'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['a list with something else', '[{"kind":"signature","value":"x"},1]'],
    ['a list with a call without its id', '[{"kind":"signature","value":"x"},{"kind":"signature","value":"x","part":"tool-call"}]'],
    ['no kind', '{"value":"x"}'],
    ['another kind', '{"kind":"cookie","value":"x"}'],
    ['a kind of every object', '{"kind":"toString","value":"x"}'],
    ['no value', '{"kind":"signature"}'],
    ['a value that is no text', '{"kind":"signature","value":{}}'],
    ['an origin that is no text', '{"kind":"signature","value":"x","origin":null}'],
    ['another part', '{"kind":"signature","value":"x","part":"image"}'],
    ['a call without its id', '{"kind":"signature","value":"x","part":"tool-call"}'],
  ])('is a forged one with %s', (_what, json) => {
    expect(unwrapToken(seal(json))).toBeUndefined()
  })

  it('is not what `seal` makes of a right one', () => {
    expect(unwrapToken(seal('{"kind":"signature","value":"x"}'))).toEqual({ kind: 'signature', value: 'x' })
  })
})

describe('a field of one kind', () => {
  it('holds its own tokens as they are, and others in their envelope', () => {
    expect(writeToken(token, 'encrypted')).toBe(token.value)
    expect(writeToken(token, 'signature')).toBe(wrapToken(token))
    expect(writeToken(token, 'signature', { part: 'text' })).toBe(wrapToken(token, { part: 'text' }))
  })

  it('is read as what it holds', () => {
    const reasoning = { part: 'reasoning' }
    expect(readToken('abc', 'signature')).toEqual({ token: { kind: 'signature', value: 'abc' }, place: reasoning })
    expect(readToken(wrapToken(token), 'signature')).toEqual({ token, place: reasoning })
    for (const nothing of ['', null, undefined, `${PREFIX}AAAA`, `${wrapToken(token)}A`]) expect(readToken(nothing, 'signature')).toBeUndefined()
  })

  it('is not fooled by a token that looks like an envelope', () => {
    const odd: Token = { kind: 'signature', value: wrapToken(token) }
    expect(readToken(writeToken(odd, 'signature'), 'signature')?.token).toEqual(odd)
  })
})
