import { expect, test } from 'vitest'
import { checkOpencode } from '../../../src/cli/doctor/opencode-binary.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { SUPPORTED } from '../../../src/opencode/supported.ts'
import { fakeOpencode } from '../../support/fake-opencode.ts'

const check = (binary: string) => checkOpencode(configSchema.parse({ binary }))

test('a version of the supported range is fine', async () => {
  expect(await check(fakeOpencode('silent'))).toMatchObject({ status: 'ok', detail: expect.stringContaining(SUPPORTED.newest) })
})

test('one that is too old is told, with what to do', async () => {
  expect(await check(fakeOpencode('old-version'))).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining(`opencode 0.1.0 is too old for the bridge, which needs ${SUPPORTED.oldest} or later`),
    fix: `npm install -g opencode-ai@${SUPPORTED.newest}`,
  })
})
