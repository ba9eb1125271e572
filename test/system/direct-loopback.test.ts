import { expect, test } from 'vitest'
import { directLoopback } from '../../src/system/direct-loopback.ts'

const own = 'localhost,127.0.0.1,::1,[::1]'

test.each([
  ['nothing', {}, own, own],
  ['an empty list', { NO_PROXY: '', no_proxy: '' }, own, own],
  [
    'a list of the user’s, also for programs that look at the other spelling first',
    { NO_PROXY: 'intranet.example' },
    `intranet.example,${own}`,
    `intranet.example,${own}`,
  ],
  ['the same in lower case', { no_proxy: '.example:8080, 10.0.0.1' }, `.example:8080, 10.0.0.1,${own}`, `.example:8080, 10.0.0.1,${own}`],
  ['two lists, which stay two', { NO_PROXY: 'a.example', no_proxy: 'b.example' }, `a.example,${own}`, `b.example,${own}`],
  ['an empty one beside another', { NO_PROXY: 'a.example', no_proxy: '' }, `a.example,${own}`, `a.example,${own}`],
  ['what has some of it already', { NO_PROXY: 'localhost, 127.0.0.1' }, 'localhost, 127.0.0.1,::1,[::1]', 'localhost, 127.0.0.1,::1,[::1]'],
  ['every host', { NO_PROXY: '*' }, '*', '*'],
])('%s', (_, env, upper, lower) => {
  expect(directLoopback(env)).toEqual({ NO_PROXY: upper, no_proxy: lower })
})

test('once more changes nothing', () => {
  const once = directLoopback({ NO_PROXY: 'intranet.example' })
  expect(directLoopback(once)).toEqual(once)
})
