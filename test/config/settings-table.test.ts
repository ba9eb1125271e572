import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { renderSettingsTable } from '../support/settings-table.ts'

const readme = fileURLToPath(new URL('../../README.md', import.meta.url))
const BEGIN = '<!-- settings -->\n'
const END = '\n<!-- /settings -->'

/** Another one is written by `npx vitest run --config test/vitest.config.ts test/config/settings-table.test.ts -u`. */
test("the README's table of settings is that of the schema", async () => {
  const text = readFileSync(readme, 'utf8')
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)]
  expect(before).toBeGreaterThan(0)
  expect(after).toBeGreaterThan(before)
  await expect(text.slice(0, before + BEGIN.length) + renderSettingsTable() + text.slice(after)).toMatchFileSnapshot(readme)
})
