import { randomBytes } from 'node:crypto'
import { BridgeError } from '../core/errors.ts'
import { type Permissions, PROTOCOL_VERSION } from '../plugin/contract.ts'
import type { Installation } from './installation.ts'
import { describeExit, type OpencodeProcess } from './process.ts'

export interface AgentServerOptions {
  installation: Installation
  /** The folder that agents work in; a private empty one where it is undefined. */
  directory: string | undefined
  /** By opencode's permission names; whatever is not named is denied. */
  permissions: Permissions
  /** Milliseconds. */
  startTimeout: number
}

/**
 * An `opencode serve` for sessions with opencode's own agents and tools, apart from the workers that answer chat
 * requests. It starts with the first call and is started anew after it has ended; its sessions live in its memory.
 */
export class AgentServer {
  readonly #options: AgentServerOptions
  readonly #password = randomBytes(24).toString('base64url')
  #process: OpencodeProcess | undefined
  #url: Promise<string> | undefined
  #closed = false

  constructor(options: AgentServerOptions) {
    this.#options = options
  }

  /**
   * Calls opencode's HTTP API. Which calls are allowed is the caller's to decide; the folder is always ours.
   * @throws BridgeError 503 when opencode does not start, 502 when it does not answer
   */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = await (this.#url ??= this.#start())
    const authorization = `Basic ${Buffer.from(`opencode:${this.#password}`).toString('base64')}`
    try {
      return await fetch(url + path, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } })
    } catch (error) {
      if (init.signal?.aborted) throw error
      throw new BridgeError('opencode’s session server does not answer.', { code: 'process_failed', status: 502, cause: error })
    }
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
    const { installation, directory, permissions, startTimeout } = this.#options
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(failed(`it was not ready within ${startTimeout / 1000} s`))
        void this.stop()
      }, startTimeout)
      const child = installation.spawn({
        args: ['serve', '--hostname', '127.0.0.1', '--port', '0'],
        ...(directory === undefined ? {} : { cwd: directory }),
        env: { OPENCODE_SERVER_PASSWORD: this.#password },
        plugin: { protocol: PROTOCOL_VERSION, task: 'agents', agent: '', bare: false, permissions },
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
