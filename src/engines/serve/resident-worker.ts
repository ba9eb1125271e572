import { randomBytes } from 'node:crypto'
import { ofetch } from 'ofetch'
import { faultBehind } from '../../core/system-fault.ts'
import { PluginProcess, type PluginProcessOptions } from '../plugin-process.ts'
import { startFailed } from '../start-errors.ts'

const HEALTH_TIMEOUT = 5000

/** An `opencode serve` with our plugin, which serves many requests at a time. */
export class ResidentWorker extends PluginProcess {
  readonly spawnedAt = Date.now()
  readonly #server: HttpServer
  #started = false

  constructor(options: PluginProcessOptions) {
    const server: HttpServer = { password: randomBytes(24).toString('base64url'), url: undefined }
    super(options, {
      task: 'resident',
      args: ['serve', '--hostname', '127.0.0.1', '--port', '0'],
      env: { OPENCODE_SERVER_PASSWORD: server.password },
      onLine: (line) => {
        const url = /listening on (http:\S+)/.exec(line)?.[1]
        if (url === undefined) return
        server.url = url
        // opencode loads plugins with the first call that needs its configuration.
        void call(server, '/config').catch(() => this.fail(startFailed('opencode does not answer on its port')))
      },
    })
    this.#server = server
    this.ready.then(
      () => {
        this.#started = true
      },
      // The pool sees its end as that of its places; see `ResidentSource`.
      () => void this.kill(),
    )
  }

  /** Whether its HTTP server answers, once it has had the time to start. */
  async isHealthy(): Promise<boolean> {
    if (!this.#started) return true
    return call(this.#server, '/global/health').then(
      () => true,
      // Where there is no descriptor to ask it with, it may well be.
      (error: unknown) => faultBehind(error) !== undefined,
    )
  }
}

interface HttpServer {
  password: string
  url: string | undefined
}

async function call({ url, password }: HttpServer, path: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`
  return ofetch(path, { ...(url ? { baseURL: url } : {}), headers: { authorization }, timeout: HEALTH_TIMEOUT, retry: 0 })
}
