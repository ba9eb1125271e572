import { realpathSync } from 'node:fs'
import { BridgeError } from '../core/errors.ts'
import type { SessionServerStatus } from '../core/session-server-status.ts'
import { faultBehind } from '../core/system-fault.ts'
import { type Permissions, PROTOCOL_VERSION } from '../plugin/contract.ts'
import { kindOf, timeCall, withError } from './agent-call.ts'
import { watchHealth } from './agent-health.ts'
import { AgentLimits, type AgentLimitsOptions, CALL_TIMEOUT } from './agent-limits.ts'
import { callHttp } from './http-call.ts'
import { serverStart } from './http-server.ts'
import type { Installation } from './installation.ts'
import { findProjectCode } from './project-code.ts'
import { describeExit, type OpencodeProcess } from './process.ts'

/** Milliseconds without a call after which sessions may go for a changed configuration. */
const FORGOTTEN = 30 * 60_000
/** Milliseconds for it to say that it is there. */
const HEALTH_TIMEOUT = 5_000

export interface AgentServerOptions extends AgentLimitsOptions {
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
  /** Milliseconds between two looks at whether it still answers. */
  checkInterval?: number
  log: { warn(message: string): void }
}

/**
 * An `opencode serve` for sessions with opencode's own agents and tools, apart from the workers that answer chat
 * requests. It starts with the first call and is started anew after it has ended; its sessions live in its memory, and
 * keep the configuration they began with: a changed one is read once there is none left, or none is used any more.
 */
export class AgentServer {
  readonly #options: AgentServerOptions
  /** Of the calls to the one that runs. */
  #authorization = ''
  #process: OpencodeProcess | undefined
  /** Where its agents work, once it has been started. */
  #directory = ''
  #url: Promise<string> | undefined
  #running = false
  #closed = false
  /** Of the configuration that opencode has read. */
  #revision = 0
  #usedAt = 0
  /** Resolves when one that was ended by ourselves has gone. */
  #ended: Promise<void> | undefined
  readonly #limits: AgentLimits

  constructor(options: AgentServerOptions) {
    this.#options = options
    this.#limits = new AgentLimits(options)
  }

  /**
   * Calls opencode's HTTP API. Which calls are allowed is the caller's to decide; the folder is always ours.
   * @throws BridgeError 503 when opencode does not start or has no memory left, 502 when it does not answer, 504 when that
   *   takes too long, 429 beyond the limits
   */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = await this.#started()
    this.#refuseProjectCode()
    if (await this.#isOutdated(url)) {
      await this.stop()
      return this.fetch(path, init)
    }
    this.#usedAt = Date.now()
    const call = kindOf(path, init.method)
    this.#limits.admit(call)
    const onExpired = () => {
      // opencode goes on with an answer that nobody waits for.
      if (call === 'message') void this.#call(`${url}${path.replace(/message$/, 'abort')}`, { method: 'POST' }, { time: CALL_TIMEOUT }).catch(() => {})
    }
    const response = await this.#call(url + path, init, { time: this.#limits.timeOf(call), onExpired, onEnd: this.#limits.begin(call) })
    if (response.ok) this.#limits.succeeded(call)
    return response
  }

  /** Undefined while there is none. */
  status(): SessionServerStatus | undefined {
    if (this.#url === undefined || this.#process === undefined) return undefined
    const { pid, spawnedAt } = this.#process
    const { memory, sessions, answering } = this.#limits
    return { pid, state: this.#running ? 'running' : 'starting', age: Date.now() - spawnedAt, memory, sessions, answering }
  }

  /** Ends it; the next call starts another one, which knows the configuration of then. */
  async stop(): Promise<void> {
    await this.#process?.kill()
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.stop(), this.#ended])
  }

  async #call(url: string, init: RequestInit, { time, onExpired, onEnd = () => {} }: CallOptions): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string>),
      authorization: this.#authorization,
      'x-opencode-directory': encodeURIComponent(this.#directory),
    }
    const call = timeCall(time, init.signal, () => {
      onExpired?.()
      return new BridgeError(`opencode’s session server took longer than ${time! / 1000} s.`, { code: 'timeout', status: 504 })
    })
    const end = () => {
      call.clear()
      onEnd()
    }
    try {
      const response = await callHttp(url, { ...init, headers, signal: call.signal }, end)
      return response.body ? new Response(withError(response.body, call.expired), response) : response
    } catch (error) {
      end()
      if (init.signal?.aborted) throw error
      throw call.expired() ?? new BridgeError('opencode’s session server does not answer.', { code: 'process_failed', status: 502, cause: error })
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
    if (this.#options.installation.revision === this.#revision || this.#limits.answering > 0) return false
    if (Date.now() - this.#usedAt > FORGOTTEN) return true
    const sessions = (await (await this.#call(`${url}/session`, {}, { time: CALL_TIMEOUT })).json()) as unknown[]
    return sessions.length === 0
  }

  #started(): Promise<string> {
    if (this.#url !== undefined) return this.#url
    const started: Promise<string> = this.#start().catch((error: unknown) => {
      // The next call tries again, if none has meanwhile.
      if (this.#url === started) this.#url = undefined
      throw error
    })
    this.#url = started
    return started
  }

  async #start(): Promise<string> {
    if (this.#closed) throw failed('the daemon is stopping')
    const { installation, directory = installation.emptyFolder(), permissions, defaultModel, startTimeout } = this.#options
    try {
      this.#directory = realpathSync(directory)
    } catch {
      throw failed(`there is no folder ${directory}`)
    }
    this.#revision = installation.revision
    return new Promise<string>((resolve, reject) => {
      let unwatch = () => {}
      const { authorization, ...start } = serverStart((url) => {
        clearTimeout(timer)
        this.#running = true
        unwatch = this.#watch(child, url)
        resolve(url)
      })
      this.#authorization = authorization
      // Not in the folder of the agents, which may hold what Bun takes for its own: see `sealFolder`.
      const child = installation.spawn({
        ...start,
        plugin: { protocol: PROTOCOL_VERSION, task: 'agents', agent: '', bare: false, permissions, defaultModel: defaultModel() },
        onFrame: () => {},
      })
      const timer = setTimeout(() => {
        reject(failed(`it was not ready within ${startTimeout / 1000} s`))
        void this.stop()
      }, startTimeout)
      this.#process = child
      void child.exit.then((exit) => {
        clearTimeout(timer)
        unwatch()
        reject(failed(describeExit(exit)))
        this.#forget(child)
      })
    })
  }

  /** The next call starts another one, whether this one has gone yet or not. */
  #end(child: OpencodeProcess): void {
    this.#forget(child)
    this.#ended = child.kill()
  }

  #forget(child: OpencodeProcess): void {
    if (this.#process !== child) return
    this.#process = undefined
    this.#url = undefined
    this.#running = false
    this.#limits.reset()
  }

  /** One that hangs is ended, and with it the calls that wait for it. */
  #watch(child: OpencodeProcess, url: string): () => void {
    const { checkInterval, log } = this.#options
    const { pid } = child
    return watchHealth({
      pid,
      isAnswering: () => this.#isAnswering(url),
      onMemory: (bytes) => {
        this.#limits.memory = bytes
        if (this.#limits.useless) this.#end(child)
      },
      onHung: () => {
        log.warn(`opencode’s session server (pid ${pid}) does not answer and is ended; its sessions are lost.`)
        this.#end(child)
      },
      interval: checkInterval,
    })
  }

  async #isAnswering(url: string): Promise<boolean> {
    try {
      await (await this.#call(`${url}/global/health`, {}, { time: HEALTH_TIMEOUT })).body?.cancel()
      return true
    } catch (error) {
      // Where there is no descriptor to ask it with, it may well be there.
      return faultBehind(error) !== undefined
    }
  }
}

interface CallOptions {
  /** Milliseconds, if it has a limit. */
  time: number | undefined
  onExpired?(): void
  onEnd?(): void
}

function failed(why: string): BridgeError {
  return new BridgeError(`opencode’s session server did not start: ${why}.`, { code: 'process_failed', status: 503, retryAfter: 1000 })
}
