import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ofetch } from 'ofetch'
import { type Datasheet, parseDatasheet } from '../pricing/datasheet.ts'

export interface PriceList {
  /** The last that could be read; undefined until one was. */
  current(): Datasheet | undefined
  close(): void
}

export interface PriceListOptions {
  /** `http(s)://…`, `file:///…` or a path. */
  url: string
  log: { warn(message: string): void }
}

const DAY = 24 * 60 * 60_000
/** Milliseconds; it holds nobody up. */
const TIMEOUT = 30_000

/** Reads a list of prices at once and once a day. One that cannot be read is told of, and the one before stays. */
export function followPriceList({ url, log }: PriceListOptions): PriceList {
  let sheet: Datasheet | undefined
  const read = async () => {
    try {
      sheet = parseDatasheet(await load(url))
    } catch (error) {
      log.warn(`The list of prices cannot be read (pricingUrl): ${(error as Error).message}`)
    }
  }
  void read()
  const timer = setInterval(() => void read(), DAY)
  timer.unref()
  return { current: () => sheet, close: () => clearInterval(timer) }
}

async function load(url: string): Promise<unknown> {
  if (/^https?:/i.test(url)) return JSON.parse(await ofetch<string, 'text'>(url, { responseType: 'text', timeout: TIMEOUT, retry: 2 }))
  return JSON.parse(await readFile(url.startsWith('file:') ? fileURLToPath(url) : url, 'utf8'))
}
