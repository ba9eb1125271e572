import { rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { toNodeHandler } from 'h3'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { digestOf, ManagedKeys } from '../../src/access/managed-keys.ts'
import { createCalendar } from '../../src/core/calendar.ts'
import { BridgeError } from '../../src/core/errors.ts'
import { sqlDatabase, type SqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../src/storage/sql/ledger-store.ts'
import { model, type Script } from '../server/fake-engine.ts'
import { hello, testApp, type TestApp } from '../server/test-app.ts'
import { ledgerRow } from '../storage/sql/ledger-row.ts'
import { openSection, REBOUND, startBrowser, visit } from './browser.ts'
import { SCRIPT } from './script.ts'
import { makeFolder } from '../support/place.ts'

/** What strangers try with the dashboard, in a real browser; the models behind it are told what to say. */

const SECTIONS = ['now', 'usage', 'requests', `requests/${encodeURIComponent('attack')}`, 'try', 'connect', 'log']
const folder = makeFolder('bridge-ui-')
const servers: Server[] = []

let browser: Browser
let database: SqlDatabase
let app: TestApp
let url: string

beforeAll(async () => {
  database = sqlDatabase({ url: join(folder, 'ledger.db') })
  const store = sqlLedgerStore(database)
  const dayOf = createCalendar('UTC')
  const now = Date.now()
  const scripted = {
    key: SCRIPT,
    client: SCRIPT,
    program: SCRIPT,
    model: `p/${SCRIPT}`,
    modelAsked: SCRIPT,
    provider: SCRIPT,
    billing: SCRIPT,
    error: SCRIPT,
    outcome: SCRIPT,
    lane: SCRIPT,
    engine: SCRIPT,
    format: SCRIPT,
  }
  await store.append([ledgerRow({ ...scripted, requestId: 'attack', time: now, day: dayOf(now) })])
  app = testApp({}, undefined, { store, dayOf, status: () => ({ written: 1, pending: 0, lost: 0, fault: SCRIPT }) })
  app.engine.list = [model('openai/gpt-5'), model(`evil/${SCRIPT}`)]
  app.engine.state = { ...app.engine.state, mode: 'plain', degraded: SCRIPT, fault: SCRIPT, opencode: { path: SCRIPT, version: SCRIPT, misfit: SCRIPT } }
  app.log.add('error', SCRIPT)
  url = await serve(toNodeHandler(app.app))
  browser = await startBrowser()
})
afterEach(() => {
  for (const server of servers.splice(1)) close(server)
})
afterAll(async () => {
  await browser?.close()
  for (const server of servers) close(server)
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

test('nothing runs that stands in a prompt, an answer, a name of a model, a tool or a program, or in an error', async () => {
  const { page, context, complaints } = await visit(browser)
  await fetch(`${url}/v1/daemon/capture`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"on":true}' })
  const ask = (id: string, script: Script) => {
    app.engine.script = script
    const tools = [{ type: 'function', function: { name: 'look', description: SCRIPT } }]
    const body = { ...hello, model: `evil/${SCRIPT}`, messages: [{ role: 'user', content: SCRIPT }], tools, [SCRIPT]: 1 }
    return app.chat(body, { headers: { 'x-request-id': id, 'user-agent': SCRIPT } }).then((response) => response.text())
  }
  await ask('attack', async function* () {
    yield { type: 'reasoning-delta', text: SCRIPT }
    yield { type: 'text-delta', text: SCRIPT }
    yield { type: 'tool-call-start', index: 0, id: 'c', name: SCRIPT }
    yield { type: 'tool-call-delta', index: 0, arguments: JSON.stringify({ at: SCRIPT }) }
    yield { type: 'finish', reason: 'tool-calls', usage: undefined }
  })
  await ask('failed', () => {
    throw new BridgeError(SCRIPT, { code: SCRIPT, status: 502 })
  })
  for (const section of SECTIONS) {
    await openSection(page, url, section)
    await page.getByText('<script>').first().waitFor()
    expect(await page.locator('img[src="x"], #app script').count(), section).toBe(0)
  }
  await openSection(page, url, 'requests/attack')
  await page.getByText(`Calls ${SCRIPT}`).waitFor()
  await openSection(page, url, 'try')
  app.engine.script = async function* () {
    yield { type: 'text-delta', text: SCRIPT }
    throw new BridgeError(SCRIPT, { code: SCRIPT, status: 502 })
  }
  await page.getByLabel('Message').fill(SCRIPT)
  await page.keyboard.press('Enter')
  await page.locator('.turn-error').waitFor()
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(complaints).toEqual([])
  await context.close()
})

test('another origin’s page neither reads nor changes anything, nor does a name that was pointed here', async () => {
  const evil = await serve((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><body>'))
  const { page, context } = await visit(browser)
  // Its browser has been on the dashboard.
  await openSection(page, url, 'now')
  const before = (await (await fetch(`${url}/v1/daemon/capture`)).json()) as { on: boolean }
  const recorded = app.records.length
  await page.goto(evil)
  const told = await page.evaluate(
    async ({ target, on }) => {
      const paths = ['/', '/v1/daemon', '/v1/daemon/log', '/v1/daemon/events', '/v1/daemon/connections', '/v1/usage', '/v1/usage/requests', '/status']
      const reads = paths.map((path) =>
        fetch(target + path, { credentials: 'include' }).then(
          (response) => response.text(),
          () => 'refused',
        ),
      )
      const change = fetch(`${target}/v1/daemon/capture`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: JSON.stringify({ on: !on }) })
      const frame = document.createElement('iframe')
      frame.src = `${target}/ui`
      document.body.append(frame)
      await Promise.allSettled([change, new Promise((resolve) => frame.addEventListener('load', resolve))])
      let framed = 'refused'
      try {
        framed = frame.contentWindow!.document.body.textContent || 'refused'
      } catch {
        // Of another origin, as it should be.
      }
      return [...(await Promise.all(reads)), framed]
    },
    { target: url, on: before.on },
  )
  expect(new Set(told)).toEqual(new Set(['refused']))
  // It is not the browser alone that keeps the answers from it: there are none. The stream of the dashboard ended only now.
  const asked = app.records.slice(recorded).filter(({ path }) => path.startsWith('/v1/daemon') && path !== '/v1/daemon/events')
  expect(asked.map(({ status, path }) => `${status} ${path}`).toSorted()).toEqual(
    ['/v1/daemon', '/v1/daemon/capture', '/v1/daemon/connections', '/v1/daemon/log'].map((path) => `403 ${path}`),
  )
  expect(await (await fetch(`${url}/v1/daemon/capture`)).json()).toMatchObject({ on: before.on })
  const rebound = await page.goto(url.replace('127.0.0.1', REBOUND))
  expect(rebound!.status()).toBe(403)
  await context.close()
})

test('with keys the page asks for one, and keeps it in its tab', async () => {
  const guarded = await serve(toNodeHandler(testApp({ apiKeys: ['the-right-key'], serverPassword: 'the-password' }).app))
  const { page, context } = await visit(browser)
  await page.goto(`${guarded}/ui`)
  for (const key of ['a-wrong-key', 'a-wrong-key', 'the-right-key']) {
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Continue' }).click()
    if (key === 'a-wrong-key') await page.getByText('does not know the key').waitFor()
  }
  await page.getByText('Live', { exact: true }).waitFor()
  await page.reload()
  await page.getByText('Live', { exact: true }).waitFor()
  const other = await context.newPage()
  await other.goto(`${guarded}/ui`)
  await other.getByLabel('Key').waitFor()
  await context.close()
})

test('with a key of a client’s it shows what was asked with that', async () => {
  const keys = new ManagedKeys({ load: async () => [{ name: 'ci', digest: digestOf('ocb_1') }], log: { warn() {}, info() {} } })
  const books = { store: sqlLedgerStore(database), dayOf: createCalendar('UTC'), status: () => ({ written: 1, pending: 0, lost: 0 }) }
  const guarded = await serve(toNodeHandler(testApp({ managedKeys: true, apiKeys: ['of-the-operator'] }, undefined, books, keys).app))
  const { page, context } = await visit(browser)
  await page.goto(`${guarded}/ui`)
  await page.getByLabel('Key').fill('ocb_1')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('This is for whoever runs the daemon').waitFor()
  // Nobody asked anything with it.
  await page.keyboard.press('3')
  await page.getByText('No request is like that.').waitFor()
  expect(await page.getByRole('switch', { name: 'Capture prompts' }).count()).toBe(0)
  await page.keyboard.press('/')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Model')
  await context.close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: Server): void {
  server.closeAllConnections()
  server.close()
}
