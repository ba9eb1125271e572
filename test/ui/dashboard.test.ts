import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { makeFolder } from '../support/place.ts'
import { fail, hang, say, stream } from '../support/upstream.ts'
import { openSection, startBrowser, visit, type Visit } from './browser.ts'
import { faultsOf, keepPicture, NARROW } from './looks.ts'
import { SCRIPT } from './script.ts'
import { seedLedger } from './seed.ts'

/** The dashboard in a real browser, in front of one daemon. */

const SECTIONS = ['now', 'usage', 'requests', 'try', 'connect', 'log']
const OLD_ROWS = 100_000
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC', 'base64')

const folder = makeFolder('bridge-ui-')
const database = join(folder, 'ledger.db')
const image = { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] } }
const models = { model: image, second: image }
const config = { engine: 'serve', database } as const

let bridge: Bridge
let browser: Browser
let own: Visit
let page: Page

beforeAll(async () => {
  await seedLedger(database, OLD_ROWS)
  bridge = await startBridge({ config, models })
  browser = await startBrowser()
  own = await visit(browser)
  page = own.page
})
afterAll(async () => {
  await browser?.close()
  await bridge?.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = (section: string, where = page) => openSection(where, bridge.url, section)
const ask = (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  bridge.chat(
    {},
    {
      headers: { 'content-type': 'application/json', 'user-agent': 'codex/1.0', ...headers },
      body: JSON.stringify({ model: 'test/model', messages: [{ role: 'user', content: 'Hi' }], ...body }),
    },
  )
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index} `)

describe('Now', () => {
  test('shows a request while it runs, whose button ends it, which the upstream sees', async () => {
    bridge.upstream.answer(say(words(2000), { delay: 40 }))
    await open('now')
    const before = bridge.upstream.calls.length
    const answer = ask({ stream: true }, { 'x-request-id': 'to-be-stopped' }).then((response) => response.text())
    const row = page.locator('[data-request="to-be-stopped"]')
    await row.waitFor()
    await expect.poll(async () => Number(await row.locator('td').nth(5).textContent())).toBeGreaterThan(3)
    expect(await row.textContent()).toMatch(/test\/model.*codex.*chat-completions.*serve, verbatim/)
    await row.getByRole('button', { name: 'Stop' }).click()
    expect(await answer).toContain('stopped by whoever runs the bridge')
    await until(() => bridge.upstream.calls[before]!.hungUpAt !== undefined)
    await row.waitFor({ state: 'detached' })
  })

  test('shows what failed and what to do about it', async () => {
    bridge.upstream.answer(fail(401, { message: SCRIPT }))
    await (await ask()).text()
    await page.getByText('opencode auth login').first().waitFor()
  })
})

describe('Try', () => {
  test('streams a chat, with its reasoning folded, and lets an image through', async () => {
    bridge.upstream.answer(stream([{ reasoning_content: 'I think.' }, { content: 'Hello ' }, ...words(30).map((content) => ({ content }))], { delay: 40 }))
    await open('try')
    await page.locator('input[type=file]').setInputFiles({ name: 'red.png', mimeType: 'image/png', buffer: PNG })
    await page.getByLabel('Message').fill('What is on it?')
    await page.keyboard.press('Enter')
    const answer = page.locator('.turn.assistant')
    await answer.getByText('Hello').waitFor()
    // It is there before the end is.
    expect(await answer.getAttribute('aria-busy')).toBe('true')
    expect(await page.getByText('I think.').isVisible()).toBe(false)
    await page.getByText('first token').waitFor()
    expect(JSON.stringify(bridge.upstream.calls.at(-1)!.body.messages)).toContain(PNG.toString('base64'))
    await page.getByText('Reasoning', { exact: true }).click()
    await page.getByText('I think.').waitFor()
  })

  test('asks two models side by side, and says the same as code', async () => {
    bridge.upstream.answer(say('An answer.'))
    await page.getByLabel('Two models side by side').check()
    await page.getByRole('button', { name: 'New conversation' }).click()
    await page.getByRole('combobox', { name: 'Model 2' }).selectOption('test/second')
    await page.getByLabel('Message').fill("It's both of you")
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByText('An answer.').count()).toBe(2)
    expect(
      bridge.upstream.calls
        .slice(-2)
        .map(({ body }) => body.model)
        .toSorted(),
    ).toEqual(['model', 'second'])
    await page.getByRole('button', { name: 'The same as code' }).click()
    for (const [language, part] of [
      ['curl', `curl -N ${bridge.url}/v1/chat/completions`],
      ['Python', `OpenAI(base_url="${bridge.url}/v1"`],
      ['TypeScript', `baseURL: '${bridge.url}/v1'`],
    ] as const) {
      await page.getByRole('button', { name: language, exact: true }).click()
      expect(await page.locator('.code-panel pre').textContent()).toContain(part)
    }
  })
})

describe('Requests', () => {
  test('pages over all rows of the ledger without growing', async () => {
    await open('requests')
    const session = await own.context.newCDPSession(page)
    const heap = async () => {
      await session.send('HeapProfiler.collectGarbage')
      return ((await session.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize
    }
    const turn = async (pages: number) => {
      for (let number = 0; number < pages; number++) {
        const first = await page.locator('tbody a').first().getAttribute('href')
        await page.getByRole('button', { name: 'Older' }).click()
        await page.waitForFunction((href) => document.querySelector('tbody a')?.getAttribute('href') !== href, first)
        expect(await page.locator('tbody tr').count()).toBe(50)
      }
    }
    await turn(15)
    const before = await heap()
    await turn(40)
    expect(await heap()).toBeLessThan(before + 1_000_000)
    await page.getByRole('button', { name: 'Newer' }).click()
    await page.getByText('Page 55').waitFor()
  })

  test('filters them, and shows one with its timing and what was ignored', async () => {
    bridge.upstream.answer(say('Hello.'))
    await (await ask({ prediction: null, nonsense: 1 }, { 'x-request-id': 'looked-at', 'x-bridge-lane': 'translated' })).text()
    await open('requests')
    await page.getByLabel('Outcome').selectOption('error')
    await expect.poll(() => page.locator('tbody .tag.good').count()).toBe(0)
    await page.getByLabel('Outcome').selectOption('')
    await page.getByLabel('Model', { exact: true }).fill('test/model')
    await expect.poll(async () => new Set(await page.locator('tbody td:nth-child(2)').allTextContents())).toEqual(new Set(['test/model']))
    await page.goto(`${bridge.url}/ui#/requests/looked-at`)
    const inspector = page.getByRole('complementary', { name: 'Request' })
    await inspector.getByText('To the first token').waitFor()
    expect(await inspector.textContent()).toMatch(/translated.*x-bridge-ignored.*nonsense/)
    await page.keyboard.press('Escape')
  })

  test('shows what was said only while that is captured, and runs nothing of it', async () => {
    const tools = [{ type: 'function', function: { name: 'look_around', parameters: {} } }]
    bridge.upstream.answer(
      stream([
        { content: SCRIPT },
        { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'look_around', arguments: JSON.stringify({ at: SCRIPT }) } }] },
      ]),
    )
    await open('requests')
    await page.getByRole('switch', { name: 'Capture prompts' }).click()
    await page.getByText('Prompts and answers are being captured').waitFor()
    await (await ask({ messages: [{ role: 'user', content: SCRIPT }], tools, stream: true }, { 'x-request-id': 'captured' })).text()
    await open('requests/captured')
    await page.getByText('Calls look_around').waitFor()
    expect(await page.locator('.captured').textContent()).toContain('<script>')
    await page.getByRole('button', { name: 'Switch off and forget' }).click()
    await page.getByText('Not kept.').waitFor()
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  })
})

describe('the page', () => {
  type Look = [colorScheme: 'light' | 'dark', size: string, viewport?: typeof NARROW]
  test.each<Look>([
    ['light', 'wide'],
    ['dark', 'narrow', NARROW],
  ])('has no serious fault for those who do not see it as most do: %s, %s', expectNoFault)
  test.each<Look>([
    ['dark', 'wide'],
    ['light', 'narrow', NARROW],
  ])('nor has it in the other light: %s, %s', { tags: 'long' }, expectNoFault)

  async function expectNoFault(...[colorScheme, size, viewport]: Look): Promise<void> {
    bridge.upstream.answer(say(words(3000), { delay: 30 }))
    const running = Array.from({ length: 3 }, (_, index) =>
      ask({ stream: true, model: index === 2 ? 'test/second' : 'test/model' }, { 'x-request-id': `running-${size}-${colorScheme}-${index}` }),
    )
    const { page: seen, context } = await visit(browser, { colorScheme, ...(viewport && { viewport }) })
    try {
      for (const section of SECTIONS) {
        await open(section, seen)
        if (section === 'now') await seen.locator('[data-request]').nth(2).waitFor()
        else await seen.locator('.panel, .transcript').first().waitFor()
        expect(await faultsOf(seen), section).toEqual([])
        expect(await seen.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${section} is wider than the window`).toBeLessThanOrEqual(0)
        await keepPicture(seen, `${section}-${colorScheme}-${size}`)
      }
    } finally {
      for (let index = 0; index < 3; index++) await fetch(`${bridge.url}/v1/daemon/requests/running-${size}-${colorScheme}-${index}`, { method: 'DELETE' })
      await Promise.all(running.map(async (response) => (await response).text()))
      await context.close()
    }
  }

  test('goes on after a reload and after the daemon’s restart', async () => {
    await open('now')
    await page.reload()
    await page.getByText('Live', { exact: true }).waitFor()
    const port = Number(new URL(bridge.url).port)
    await bridge.close()
    await page.getByText('The daemon does not answer.').waitFor()
    bridge = await startBridge({ config: { ...config, port }, models })
    await page.getByText('Live', { exact: true }).waitFor()
    bridge.upstream.answer(hang)
    const answer = ask({ stream: true }, { 'x-request-id': 'after-the-restart' })
    await page.locator('[data-request="after-the-restart"]').getByRole('button', { name: 'Stop' }).click()
    await (await answer).text()
  })

  test('asks no other origin for anything, and breaks no rule of its own', () => {
    expect(own.origins).toEqual(new Set([new URL(bridge.url).origin]))
    expect(own.complaints).toEqual([])
  })
})
