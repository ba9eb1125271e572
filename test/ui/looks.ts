import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

export const WIDE = { width: 1360, height: 860 }
export const NARROW = { width: 390, height: 844 }

const AXE = createRequire(import.meta.url)('axe-core').source as string

/** Faults that keep somebody from using the page, as axe finds them: the rule, and the first place. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = (await page.evaluate(() => (globalThis as any).axe.run(document, { resultTypes: ['violations'] }))) as { violations: any[] }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`)
}

/** With `UI_PICTURES=<folder>` each is put there, to be looked at; `now-dark-wide` is the README's `dashboard.png`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.UI_PICTURES
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
