import { expect, it } from 'vitest'
import type { AssistantPart } from '../../src/core/prompt.ts'
import { weave } from '../../src/core/weave.ts'

/** Lists whose elements are `r` for a thought, `t` for a text, `c` for a call and `-` for anything else, with a number. */

const TYPES: Record<string, AssistantPart['type']> = { r: 'reasoning', t: 'text', c: 'tool-call' }

function partOf(element: string): AssistantPart {
  const type = TYPES[element[0]!]!
  return type === 'tool-call' ? { type, id: element, name: 'f', arguments: '{}' } : { type, text: element }
}

const nameOf = (part: AssistantPart) => (part.type === 'tool-call' ? part.id : part.text)

it.each([
  ['c0', 'r0 c0', '+r0 c0=c0'],
  ['t0 c0 c1', 'r0 t0 c0 r1 c1', '+r0 t0=t0 c0=c0 +r1 c1=c1'],
  ['c0 c1', 'r0 t0 c0 c1', '+r0 +t0 c0=c0 c1=c1'],
  ['t9 c0', 'r0 c0', '+r0 t9 c0=c0'],
  ['c0 t0 c1', 'r0 c0 r1 t0 c1', '+r0 c0=c0 +r1 t0=t0 c1=c1'],
  ['t0 c0 c1', 'r0 c0 r1 t0 c1', '+r0 t0 c0=c0 +r1 +t0 c1=c1'],
  ['r8 c0 c1', 'r0 c0 r1 c1', 'r8=r0 c0=c0 +r1 c1=c1'],
  ['t0 r8 c0', 'r0 t0 c0', '+r0 t0=t0 r8 c0=c0'],
  ['- c0 - t0 -', 'r0 c0 t0', '+r0 - c0=c0 - t0=t0 -'],
  ['', 'r0 t0', '+r0 +t0'],
  ['c0', '', 'c0'],
])('%s of %s: %s', (elements, parts, expected) => {
  const list = (text: string) => text.split(' ').filter(Boolean)
  const woven = weave(list(elements), list(parts).map(partOf), {
    typeOf: (element) => TYPES[element[0]!],
    sign: (element, part) => `${element}=${nameOf(part)}`,
    write: (part) => [`+${nameOf(part)}`],
  })
  expect(woven).toEqual(list(expected))
})
