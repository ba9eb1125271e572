import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { makeFolder } from '../support/place.ts'
import { openSection, startBrowser, visit, type Visit } from './browser.ts'
import { faultsOf } from './looks.ts'

/** The dashboard as a newcomer sees it: nothing is configured, so there is the demo model, on which traffic runs all the time. */

const folder = makeFolder('bridge-ui-')

let bridge: Bridge
let browser: Browser
let own: Visit
let traffic: Promise<void>
const over = new AbortController()

beforeAll(async () => {
  bridge = await startBridge({ config: { engine: 'serve', database: join(folder, 'ledger.db') }, providers: () => ({}) })
  browser = await startBrowser()
  own = await visit(browser)
  traffic = (async () => {
    for (let number = 0; !over.signal.aborted; number++) await (await ask(`traffic-${number}`, 30)).text()
  })()
})
afterAll(async () => {
  over.abort()
  await traffic
  await browser?.close()
  await bridge?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Who repeats what was said takes 15 ms for a word. */
function ask(id: string, words: number): Promise<Response> {
  const body = { model: 'demo/echo', stream: true, messages: [{ role: 'user', content: 'word '.repeat(words) }] }
  return bridge.chat(body, { headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.1', 'x-request-id': id } })
}

const open = (section: string) => openSection(own.page, bridge.url, section)

test('Now shows a request while it runs, and stops it', async () => {
  await open('now')
  await own.page.getByText('demo', { exact: false }).first().waitFor()
  const asked = performance.now()
  const answer = ask('long', 20_000).then((response) => response.text())
  const row = own.page.locator('[data-request="long"]')
  await row.waitFor()
  console.log(`A request is in Now ${Math.round(performance.now() - asked)} ms after it was asked.`)
  expect(await faultsOf(own.page)).toEqual([])
  await row.getByRole('button', { name: 'Stop' }).click()
  expect(await answer).toContain('stopped by whoever runs the bridge')
})

test('Usage and Requests count what was asked', async () => {
  await open('usage')
  await own.page.getByText('demo/echo').first().waitFor()
  expect(await faultsOf(own.page)).toEqual([])
  await open('requests')
  await own.page.getByText('demo/echo').nth(2).waitFor()
  await own.page.locator('tbody a').first().click()
  await own.page.getByRole('complementary', { name: 'Request' }).getByText('To the first token').waitFor()
  expect(await faultsOf(own.page)).toEqual([])
})

test('Try chats with it', async () => {
  await open('try')
  await own.page.getByLabel('Message').fill('Good morning')
  await own.page.keyboard.press('Enter')
  await own.page.locator('.turn.assistant').getByText('You said: Good morning').waitFor()
  expect(await faultsOf(own.page)).toEqual([])
})

test('Connect has the address, and the log what ran', async () => {
  await open('connect')
  await own.page.getByText(`${bridge.url}/v1`).first().waitFor()
  expect(await faultsOf(own.page)).toEqual([])
  await open('log')
  await own.page.getByText('POST /v1/chat/completions 200').first().waitFor()
  expect(await faultsOf(own.page)).toEqual([])
  expect(own.origins).toEqual(new Set([new URL(bridge.url).origin]))
  expect(own.complaints).toEqual([])
})
