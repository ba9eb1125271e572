import { expect, test } from 'vitest'
import { textOfHtml } from '../../../src/exchange/hosted-tools/page-text.ts'

const read = (html: string) => textOfHtml(html, 'https://a.example/b/')

test.each([
  ['a  <b>bold</b>\n word', 'a bold word'],
  ['<p>one<p>two<div>three</div><div>four</div>', 'one\n\ntwo\n\nthree\nfour'],
  ['x<br>y', 'x\ny'],
  ['<ul><li>one</li><li>two</li></ul>after', '- one\n- two\n\nafter'],
  ['<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>', 'a b\n1 2'],
  ['<pre>a\n  b</pre>', 'a\n  b'],
  ['<a href="../c">there</a>, <a href="#x">here</a>, <a href="javascript:x()">no</a>', 'there [https://a.example/c], here, no'],
  ['<a href="https://b.example">https://b.example</a>', 'https://b.example'],
  ['<script>x</script><style>y</style><nav><p>z</p></nav>&lt;kept&gt; &eacute;', '<kept> é'],
  ['<form><p>An old page</p><input value="x"></form>', 'An old page'],
  ['<p>never closed <b>at all', 'never closed at all'],
])('%s', async (html, text) => expect((await read(html)).text).toBe(text))

test('a title is not in the text', async () => {
  expect(await read('<title> A\n &amp; B </title><p>text')).toEqual({ title: 'A & B', text: 'text' })
})

/** With a library that builds a tree of the page some of these took over twenty seconds, and wide cells all memory. */
test.each([
  ['elements in each other', `<p>first</p>${'<div>'.repeat(200_000)}`],
  ['closed ones that never opened', `<p>first</p>${'<i>'.repeat(400)}${'</div>'.repeat(200_000)}`],
  ['tables in each other', `<p>first</p>${'<table><tr><td>'.repeat(60_000)}`],
  ['cells without end', `<p>first</p><table><tr>${'<td>x</td>'.repeat(90_000)}</tr></table>`],
  ['wide cells', '<p>first</p><table><tr><td colspan="1000000000" rowspan="100000000">x</td></tr></table>'],
  ['links in each other', `<p>first</p>${'<a href=x>y'.repeat(90_000)}`],
])('a hostile page is read: %s', async (_, html) => expect((await read(html)).text).toMatch(/^first/))
