import { describe, expect, it } from 'vitest'
import { asKind, toKept, type VendorKind } from '../../src/core/kept-token.ts'
import type { Token } from '../../src/core/prompt.ts'

const KINDS: VendorKind[] = ['signature', 'redacted', 'thought-signature', 'encrypted', 'details', 'opaque']
const origin = 'p/m'

describe.each<Token>([
  { kind: 'signature', value: 's', origin },
  { kind: 'redacted', value: 's', origin },
  { kind: 'thought-signature', value: 's', origin },
  { kind: 'encrypted', value: 's', origin },
  { kind: 'details', value: '[{"type":"reasoning.text","text":"A","signature":"s"}]', origin },
  { kind: 'opaque', value: 's', origin },
])('a token of the kind $kind', (token) => {
  const kept: Token = { kind: 'metadata', value: JSON.stringify(toKept(token)), origin }

  it('is found in what opencode keeps, as what it was', () => {
    expect(asKind(kept, token.kind as VendorKind)).toEqual(token)
    expect(asKind(token, token.kind as VendorKind)).toBe(token)
  })

  it('is of no other kind', () => {
    const others = KINDS.filter((kind) => kind !== token.kind)
    expect(others.flatMap((kind) => [asKind(kept, kind), asKind(token, kind)])).toEqual(others.flatMap(() => [undefined, undefined]))
  })
})

it('what opencode kept goes back as it is', () => {
  expect(toKept({ kind: 'metadata', value: '{"new":{"x":1}}' })).toEqual({ new: { x: 1 } })
})

it('an item that the provider keeps has its id', () => {
  expect(toKept({ kind: 'encrypted', value: '', id: 'rs_1' })).toMatchObject({ openai: { itemId: 'rs_1', reasoningEncryptedContent: null } })
})

it('items without ids stay apart, and the texts of one together', () => {
  const idOf = (value: string) => (toKept({ kind: 'encrypted', value }) as { openai: { itemId: string } }).openai.itemId
  const begin = 'gAAAAAB'.repeat(10)
  expect(idOf(`${begin}x`)).toBe(idOf(`${begin}x`))
  expect(idOf(`${begin}x`)).not.toBe(idOf(`${begin}y`))
})

it.each(['{', '[]', '{"anthropic":"text"}', '{"anthropic":{"signature":""}}', '{"anthropic":{"signature":1}}'])('there is nothing in %s', (value) => {
  expect(asKind({ kind: 'metadata', value }, 'signature')).toBeUndefined()
})
