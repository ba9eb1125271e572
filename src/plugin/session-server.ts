import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PluginInput } from '@opencode-ai/plugin'
import type { Tool } from '../core/prompt.ts'
import { permissionRules } from './client-tools.ts'
import type { Envelope } from './contract.ts'
import type { BridgeState } from './state.ts'

/** So many sets of tools stay loaded beside the ones in use. */
const MAX_IDLE_TOOL_SETS = 8

/** Serves requests in sessions of opencode's, many at a time, each in one of its own that is gone afterwards. */
export class SessionServer {
  readonly #state: BridgeState
  readonly #client: PluginInput['client']
  /** Directories by their tools, the least recently used first; the number counts the requests in each. */
  readonly #directories = new Map<string, number>()
  /** Requests whose session is being made, and whether they were aborted meanwhile. */
  readonly #starting = new Map<string, { aborted: boolean }>()

  constructor(state: BridgeState, client: PluginInput['client']) {
    this.#state = state
    this.#client = client
  }

  async serve(envelope: Envelope): Promise<void> {
    const start = { aborted: false }
    this.#starting.set(envelope.id, start)
    const directory = this.#enter(envelope.tools)
    const query = directory === undefined ? {} : { directory }
    try {
      // Newer than the types of the client.
      const body = { title: '-', permission: permissionRules(envelope.tools) } as { title: string }
      const { data: session } = await this.#client.session.create({ query, body, throwOnError: true })
      const active = this.#state.begin(envelope, session.id, () => {
        void this.#client.session.abort({ path: { id: session.id }, query }).catch(() => {})
      })
      try {
        this.#starting.delete(envelope.id)
        if (start.aborted) return
        const variant = envelope.parameters.reasoningEffort
        await this.#client.session.prompt({
          path: { id: session.id },
          query,
          body: { agent: this.#state.settings.agent, model: envelope.model, parts: [{ type: 'text', text: '-' }], ...(variant ? { variant } : {}) },
        })
      } finally {
        active.request.end()
        this.#state.requests.delete(session.id)
        await this.#client.session.delete({ path: { id: session.id }, query }).catch(() => {})
      }
    } catch (error) {
      this.#state.refuse(envelope, error)
    } finally {
      this.#starting.delete(envelope.id)
      this.#leave(directory)
    }
  }

  /** Without effect on a request that is over. */
  abort(id: string): void {
    const start = this.#starting.get(id)
    if (start) start.aborted = true
    const active = this.#state.findRequest(id)
    if (!active) return
    active.request.end()
    active.abort()
  }

  /**
   * opencode reads a plugin's tools once per directory, so each set of tools has one of its own.
   * @returns undefined for no tools, which need none
   */
  #enter(tools: Tool[]): string | undefined {
    if (tools.length === 0) return undefined
    const hash = createHash('sha256').update(JSON.stringify(tools)).digest('hex').slice(0, 32)
    const directory = join(tmpdir(), `tools-${hash}`)
    const users = this.#directories.get(directory) ?? 0
    if (users === 0) mkdirSync(directory, { recursive: true })
    this.#state.tools.set(directory, tools)
    this.#directories.delete(directory)
    this.#directories.set(directory, users + 1)
    return directory
  }

  #leave(directory: string | undefined): void {
    if (directory === undefined) return
    this.#directories.set(directory, this.#directories.get(directory)! - 1)
    const idle = [...this.#directories].filter(([, users]) => users === 0).map(([name]) => name)
    for (const name of idle.slice(0, Math.max(0, idle.length - MAX_IDLE_TOOL_SETS))) {
      this.#directories.delete(name)
      void this.#client.instance
        .dispose({ query: { directory: name } })
        .catch(() => {})
        .finally(() => {
          if (!this.#directories.has(name)) this.#state.tools.delete(name)
        })
    }
  }
}
