import type { Random } from './random.ts'

/** How much a body may be blown up to: within the bridge's own limits, and beyond them. */
const MAX_COPIES = 120_000
const MAX_TEXT = 4_000_000
/** Characters of what one change makes of many copies; more would be the fuzzer's own work for minutes. */
const MAX_COPIED = 40_000_000

const nested = (levels: number, open: string, close: string) => JSON.parse(`${open.repeat(levels)}0${close.repeat(levels)}`) as unknown

/** Values that nobody expects where they stand. */
const STRANGE: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => 0,
  () => -1,
  () => 1e308,
  () => 2 ** 53,
  () => true,
  () => '',
  () => ' \n\t',
  () => [],
  () => ({}),
  () => [[]],
  () => '\u0000\u001b[31m\r\nx: y',
  () => '\ud800',
  () => '😀'.repeat(1_000),
  () => '../../../../etc/passwd',
  () => 'file:///etc/passwd',
  () => 'http://127.0.0.1:1/',
  () => 'data:image/png;base64,%%%',
  () => '{"a":'.repeat(5_000),
  () => '<tool_call>'.repeat(5_000),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
  (random) => 'x'.repeat(random.below(MAX_TEXT)),
  (random) => '\\"'.repeat(random.below(MAX_TEXT / 8)),
  (random) => nested(random.below(400), '[', ']'),
  (random) => nested(random.below(400), '{"a":', '}'),
  (random) => Array.from({ length: random.below(MAX_COPIES) }, () => 0),
  (random) => Array.from({ length: random.below(MAX_COPIES / 2) }, () => ({})),
  (random) => Object.fromEntries(Array.from({ length: random.below(20_000) }, (_, index) => [`k${index}`, index])),
]

/** Where in a value its parts are. */
type Place = { holder: Record<string, unknown> | unknown[]; key: string | number }

/** A body with some of its parts replaced, repeated, left out or swapped; `whole` is not changed. */
export function mutate(whole: Record<string, unknown>, random: Random): Record<string, unknown> {
  let body = whole
  for (let count = 1 + random.below(3); count > 0; count--) {
    const text = JSON.stringify(body)
    // One that is large enough for every limit is not blown up once more.
    if (text.length >= MAX_COPIED) break
    // Copies that were one object would all become what one of them is made.
    body = JSON.parse(text) as Record<string, unknown>
    const places = placesIn(body)
    if (places.length > 0) change(random.pick(places), places, random)
  }
  return body
}

function change({ holder, key }: Place, places: readonly Place[], random: Random): void {
  const held = holder as Record<string | number, unknown>
  switch (random.below(5)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      return
    case 1:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, ...Array.from({ length: copies(held[key], MAX_COPIES / 4, random) }, () => held[key]))
      else holder[`${key} `] = held[key]
      return
    case 2: {
      const other = random.pick(places)
      held[key] = structuredClone((other.holder as Record<string | number, unknown>)[other.key])
      return
    }
    case 3:
      repeat(held, key, random)
      return
    default:
      held[key] = random.pick(STRANGE)(random)
  }
}

/** As often as the bridge's limits allow, or once more. */
function repeat(held: Record<string | number, unknown>, key: string | number, random: Random): void {
  const value = held[key]
  if (typeof value === 'string') held[key] = value.repeat(Math.min(1 + random.below(5_000), Math.ceil(MAX_TEXT / (value.length + 1))))
  else if (Array.isArray(value) && value.length > 0)
    held[key] = Array.from({ length: copies(value, MAX_COPIES / 8, random) }, (_, index) => value[index % value.length] as unknown)
  else held[key] = [value, value]
}

/** How many copies of a value to make, fewer than `most` where it is large. */
function copies(value: unknown, most: number, random: Random): number {
  return random.below(Math.max(2, Math.min(most, Math.floor(MAX_COPIED / (sizeOf(value) + 1)))))
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 1
}

function placesIn(value: unknown): Place[] {
  const places: Place[] = []
  const open = [value]
  for (let next = open.pop(); next !== undefined && places.length < 5_000; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue
    const holder = next as Place['holder']
    const keys = Array.isArray(holder) ? holder.keys() : Object.keys(holder)
    for (const key of keys) {
      places.push({ holder, key })
      open.push((holder as Record<string | number, unknown>)[key])
    }
  }
  return places
}

/** The bytes of a body, in one of them something broken. */
export function garble(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text)
  const at = random.below(bytes.length)
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)])
    case 2:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])
    case 3:
      return Buffer.concat([bytes, bytes])
    case 4:
      return Buffer.from('['.repeat(random.below(200_000)))
    default:
      return Buffer.from(Array.from({ length: random.below(5_000) }, () => random.below(256)))
  }
}
