import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { misfitOf, SUPPORTED } from '../../src/opencode/supported.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

test('the newest supported version is the one that is installed, and the README says the range', () => {
  expect(SUPPORTED.newest).toBe(manifest.dependencies['opencode-ai'])
  expect(readme).toContain(`${SUPPORTED.oldest} to ${SUPPORTED.newest}`)
})

test.each([
  [SUPPORTED.oldest, undefined],
  ['1.15.0', undefined],
  ['1.17.20', undefined],
  [SUPPORTED.newest, undefined],
  ['0.1.0', true],
  ['1.3.2', true],
  ['1.14.9', true],
  ['1.18.34', false],
  ['1.19.0-beta.1', false],
  ['2.0.0', false],
  ['0.0.0-dev-202511280000', false],
])('%s', (version, tooOld) => {
  expect(misfitOf(version)?.tooOld).toBe(tooOld)
  if (tooOld !== undefined) expect(misfitOf(version)!.why).toContain(version)
})
