import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { WIDE } from './looks.ts'

/** Debian's, and where others put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A name that an attacker owns and has just pointed at this machine. */
export const REBOUND = 'rebound.example'

export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path))
  if (executablePath === undefined) throw new Error('there is no Chromium: apt-get install chromium, or set CHROMIUM to its path')
  // Beside its profile it keeps reports of crashes, and settings, in its user's home.
  const home = mkdtempSync(join(tmpdir(), 'bridge-browser-'))
  const browser = await chromium.launch({
    executablePath,
    env: { PATH: process.env.PATH, HOME: home },
    // Containers run as root, where it has no sandbox.
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`],
  })
  browser.on('disconnected', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  return browser
}

export interface Visit {
  context: BrowserContext
  page: Page
  /** The origins of all that was asked for. */
  origins: Set<string>
  /** What the browser complained of: errors of the page, and what its policy refused. */
  complaints: string[]
}

/** Somebody who comes with a browser that knows nothing yet. */
export async function visit(
  browser: Browser,
  { colorScheme = 'light', viewport = WIDE }: { colorScheme?: 'light' | 'dark'; viewport?: typeof WIDE } = {},
): Promise<Visit> {
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const origins = new Set<string>()
  const complaints: string[] = []
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:' && protocol !== 'blob:') origins.add(origin)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text())) complaints.push(message.text())
  })
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { context, page, origins, complaints }
}

/** The page at an address, followed by its events. */
export async function openSection(page: Page, url: string, section: string): Promise<void> {
  await page.goto(`${url}/ui#/${section}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
}
