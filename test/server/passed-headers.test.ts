import { expect, test } from 'vitest'
import { passHeaders, passLimits } from '../../src/server/passed-headers.ts'

const theirs = {
  'x-ratelimit-remaining-requests': '7',
  'anthropic-ratelimit-tokens-reset': 'soon',
  ratelimit: '"burst";r=5',
  'x-rate-limit-limit': '60',
  'set-cookie': 'a=b',
  'x-other': 'o',
}
const limits = {
  'x-upstream-ratelimit-remaining-requests': '7',
  'x-upstream-ratelimit-tokens-reset': 'soon',
  'x-upstream-ratelimit': '"burst";r=5',
  'x-upstream-ratelimit-limit': '60',
}

function headersAfter(pass: typeof passHeaders): Record<string, string> {
  const res = { headers: new Headers(), errHeaders: new Headers() }
  pass({ res } as never, theirs)
  expect(Object.fromEntries(res.errHeaders)).toEqual(Object.fromEntries(res.headers))
  return Object.fromEntries(res.headers)
}

test('a provider’s limits have names of their own, also where nothing else of its answer is passed on', () => {
  expect(headersAfter(passLimits)).toEqual(limits)
})

test('on the same wire they have those of the provider as well', () => {
  const { 'set-cookie': _cookie, ...passed } = theirs
  expect(headersAfter(passHeaders)).toEqual({ ...passed, ...limits })
})
