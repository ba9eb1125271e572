import { expect, test } from 'vitest'
import { KnownAddresses } from '../../../src/exchange/hosted-tools/known-addresses.ts'

const knows = (text: string, url: string) => new KnownAddresses([{ role: 'user', content: [{ type: 'text', text }] }], [], []).has(new URL(url))

test.each([
  ['See https://a.example/b.', 'https://a.example/b'],
  ['See https://a.example/b.', 'https://a.example/b#part'],
  ['(https://a.example)', 'https://a.example/'],
  ['https://a.example/wiki/Rome_(city)', 'https://a.example/wiki/Rome_(city)'],
  ['[Rome](https://a.example/rome), **https://a.example/bold**', 'https://a.example/bold'],
  ['[Rome](https://a.example/rome), and more', 'https://a.example/rome'],
  ['[https://a.example/shown](https://a.example/meant)', 'https://a.example/meant'],
  ['{"url":"https://a.example/json?a=1&b=2"}', 'https://a.example/json?a=1&b=2'],
  ['<a href="http://a.example/attribute">', 'http://a.example/attribute'],
  ['https://a.example/1,https://a.example/2', 'https://a.example/1'],
  ['Read docs.example.com/start, please', 'https://docs.example.com/start'],
  ['Look at Example.com!', 'https://example.com/'],
  ['HTTPS://A.example/Case', 'https://a.example/Case'],
])('%s names %s', (text, url) => expect(knows(text, url)).toBe(true))

test.each([
  ['https://a.example/b', 'https://a.example/'],
  ['https://a.example/', 'https://a.example/b'],
  ['https://a.example/b', 'https://a.example/b?c'],
  ['https://a.example/b', 'http://a.example/b'],
  ['https://a.example/b', 'https://b.example/b'],
  ['https://a.example/b', 'https://a.example:8443/b'],
  [`https://a.example/${'x'.repeat(300)}`, `https://a.example/${'x'.repeat(200)}`],
])('%s does not name %s', (text, url) => expect(knows(text, url)).toBe(false))
