import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { BridgeError } from '../core/errors.ts'
import { type Permissions, PROTOCOL_VERSION } from '../plugin/contract.ts'
import { callHttp } from './http-call.ts'
import type { Installation } from './installation.ts'
import { findProjectCode } from './project-code.ts'
import { describeExit, type OpencodeProcess } from './process.ts'

/** Milliseconds without a call after which sessions may go for a changed configuration. */
const FORGOTTEN = 30 * 60_000

export interface AgentServerOptions {
  installation: Installation
  /** The folder that agents work in; a private empty one where it is undefined. */
  directory: string | undefined
  /** By opencode's permission names; whatever is not named is denied. */
  permissions: Permissions
  /** The id of the model for messages that name none; asked for at every start. */
  defaultModel(): string
  /** Whether plugins that the folder brings may run. */
  plugins: boolean
  /** The user's own, whose plugins may. */
  home: string
  /** Milliseconds. */
  startTimeout: number
}

/**
 * An `opencode serve` for sessions with opencode's own agents and tools, apart from the workers that answer chat
 * requests. It starts with the first call and is started anew after it has ended; its sessions live in its memory, and
 * keep the configuration they began with: a changed one is read once there is none left, or none is used any more.
 */
export class AgentServer {
  readonly #options: AgentServerOptions
  readonly #password = randomBytes(24).toString('base64url')
  #process: OpencodeProcess | undefined
  /** Where its agents work, once it has been started. */
  #directory = ''
  #url: Promise<string> | undefined
  #closed = false
  /** Of the configuration that opencode has read. */
  #revision = 0
  /** Messages that are being answered. */
  #answering = 0
  #usedAt = 0

  constructor(options: AgentServerOptions) {
    this.#options = options
  }

  /**
   * Calls opencode's HTTP API. Which calls are allowed is the caller's to decide; the folder is always ours.
   * @throws BridgeError 503 when opencode does not start, 502 when it does not answer
   */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = await (this.#url ??= this.#start())
    this.#refuseProjectCode()
    if (await this.#isOutdated(url)) {
      await this.stop()
      return this.fetch(path, init)
    }
    this.#usedAt = Date.now()
    const answers = init.method === 'POST' && path.endsWith('/message') ? 1 : 0
    this.#answering += answers
    return this.#call(url + path, init, () => void (this.#answering -= answers))
  }

  async #call(url: string, init: RequestInit, onEnd: () => void): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string>),
      authorization: `Basic ${Buffer.from(`opencode:${this.#password}`).toString('base64')}`,
      'x-opencode-directory': encodeURIComponent(this.#directory),
    }
    try {
      return await callHttp(url, { ...init, headers }, onEnd)
    } catch (error) {
      if (init.signal?.aborted) throw error
      throw new BridgeError('opencode’s session server does not answer.', { code: 'process_failed', status: 502, cause: error })
    }
  }

  /** opencode loads plugins of a folder when it first works there, and again after it was idle. */
  #refuseProjectCode(): void {
    const { plugins, home } = this.#options
    const found = plugins ? undefined : findProjectCode(this.#directory, home)
    if (found === undefined) return
    throw new BridgeError(`opencode would run the plugins of ${found}, which the agents' folder brings; agentPlugins allows that.`, {
      code: 'forbidden_plugin',
      status: 403,
    })
  }

  /** Whether the configuration has changed since the start, and nobody would miss the sessions. */
  async #isOutdated(url: string): Promise<boolean> {
    if (this.#options.installation.revision === this.#revision || this.#answering > 0) return false
    if (Date.now() - this.#usedAt > FORGOTTEN) return true
    const sessions = (await (await this.#call(`${url}/session`, {}, () => {})).json()) as unknown[]
    return sessions.length === 0
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Ends it; the next call starts another one, which knows the configuration of then. */
  async stop(): Promise<void> {
    await this.#process?.kill()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.stop()
  }

  #start(): Promise<string> {
    if (this.#closed) return Promise.reject(failed('the daemon is stopping'))
    const { installation, directory = installation.emptyFolder(), permissions, defaultModel, startTimeout } = this.#options
    try {
      this.#directory = realpathSync(directory)
    } catch {
      // The next call looks again.
      queueMicrotask(() => void (this.#url = undefined))
      return Promise.reject(failed(`there is no folder ${directory}`))
    }
    this.#revision = installation.revision
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(failed(`it was not ready within ${startTimeout / 1000} s`))
        void this.stop()
      }, startTimeout)
      // Not in the folder of the agents, which may hold what Bun takes for its own: see `sealFolder`.
      const child = installation.spawn({
        args: ['serve', '--hostname', '127.0.0.1', '--port', '0'],
        env: { OPENCODE_SERVER_PASSWORD: this.#password },
        plugin: { protocol: PROTOCOL_VERSION, task: 'agents', agent: '', bare: false, permissions, defaultModel: defaultModel() },
        onFrame: () => {},
        onLine: (line) => {
          const url = /listening on (http:\S+)/.exec(line)?.[1]
          if (!url) return
          clearTimeout(timer)
          resolve(url)
        },
      })
      this.#process = child
      void child.exit.then((exit) => {
        clearTimeout(timer)
        reject(failed(describeExit(exit)))
        this.#url = undefined
      })
    })
  }
}

function failed(why: string): BridgeError {
  return new BridgeError(`opencode’s session server did not start: ${why}.`, { code: 'process_failed', status: 503, retryAfter: 1000 })
}
