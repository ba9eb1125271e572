/** Headers in which plans tell of their windows: ChatGPT's, Claude's and Copilot's. */
const WINDOWS = /^(?:x-codex-|anthropic-ratelimit-unified-|x-quota-snapshot-|x-usage-ratelimit-)/

/** A provider may say anything. */
const MOST_HEADERS = 60
const LONGEST_VALUE = 200

export interface ToldWindows {
  /** Unix time in milliseconds. */
  at: number
  /** In the provider's own words. */
  headers: Readonly<Record<string, string>>
}

/** Keeps what providers said last of the windows of their plans. */
export class PlanWindows {
  readonly #told = new Map<string, ToldWindows>()

  /** @param headers of an answer, names in lower case */
  hear(provider: string, headers: Readonly<Record<string, string>>, at = Date.now()): void {
    const windows = Object.entries(headers)
      .filter(([name]) => WINDOWS.test(name))
      .slice(0, MOST_HEADERS)
      .map(([name, value]) => [name, value.slice(0, LONGEST_VALUE)])
    if (windows.length > 0) this.#told.set(provider, { at, headers: Object.fromEntries(windows) as Record<string, string> })
  }

  /** By provider. */
  told(): ReadonlyMap<string, ToldWindows> {
    return this.#told
  }
}
