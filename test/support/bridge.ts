import { createConsola } from 'consola'
import { createHash } from 'node:crypto'
import { type Config, type ConfigInput, configSchema } from '../../src/config/schema.ts'
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts'
import { SHORT_LIFE } from '../../src/opencode/environment.ts'
import type { RequestRecord } from '../../src/records/record.ts'
import { type Catalogue, catalogueEnv } from './catalogue.ts'
import { takePlace } from './place.ts'
import { processesOf } from './processes.ts'
import { until } from './until.ts'
import { startUpstream, type Upstream } from './upstream.ts'

export { until }

/** A daemon in this process, on a port of its own, in front of the real opencode and a scriptable upstream. */
export interface Bridge {
  url: string
  daemon: Daemon
  upstream: Upstream
  /** Everything the daemon logged. */
  logged: string[]
  records: RequestRecord[]
  home: string
  /** Posts a chat completion. */
  chat(body: Record<string, unknown>, init?: RequestInit): Promise<Response>
  /** The daemon's own `GET /status`. */
  status(): Promise<any>
  close(): Promise<void>
}

export interface BridgeOptions {
  config?: ConfigInput
  /** Beside what leads opencode to the upstream. */
  env?: NodeJS.ProcessEnv
  /** Fields of the upstream's models in opencode's configuration. */
  models?: Record<string, object>
  /** opencode's providers instead of `test`, for an upstream at a base URL. */
  providers?: (url: string) => Record<string, object>
  /** The address of a plugin of the user's own, in the home. */
  plugin?: (home: string) => string
  /** By default none, or opencode's own where the configuration is the test's. */
  catalogue?: Catalogue
  /** Waits for this many warm processes; by default all that `minIdle` asks for. */
  warm?: number
  /** Fills the home before the daemon starts. */
  prepare?: (home: string) => void
}

/** Starts it with an empty home and one provider `test` with the model `test/model`. */
export async function startBridge({
  config: input = {},
  env = {},
  models = { model: {} },
  providers,
  plugin,
  warm,
  prepare,
  catalogue = 'OPENCODE_CONFIG_CONTENT' in env ? 'whole' : 'none',
}: BridgeOptions = {}): Promise<Bridge> {
  const place = takePlace(input.binary === undefined && prepare === undefined)
  const { home } = place
  const upstream = await startUpstream(place.port)
  place.keepPort(Number(new URL(upstream.url).port))
  prepare?.(home)
  const cleanUp = async () => {
    await upstream.close()
    place.leave()
  }
  // Tests force many failures in a minute. Where opencode starts slowly, a comment that keeps the stream alive would take the status of an error away.
  const patience = { startTimeout: 60_000, heartbeatInterval: 600_000, freeRetries: 1000 }
  const config: Config = configSchema.parse({ port: 0, ...patience, ledger: input.database !== undefined, ...fromEnv(), ...input })
  const logged: string[] = []
  const records: RequestRecord[] = []
  const log = createConsola({ level: config.verbose ? 4 : 3, reporters: [{ log: ({ args }) => void logged.push(args.map(String).join(' ')) }] })
  const daemon = await startDaemon({
    config,
    version: '0.0.0-test',
    log,
    sinks: [{ record: (record) => void records.push(record) }],
    env: {
      ...isolatedEnv(home),
      ...catalogueEnv(catalogue),
      OPENCODE_CONFIG_CONTENT: providers
        ? JSON.stringify({ provider: providers(upstream.url), ...(plugin && { plugin: [plugin(home)] }) })
        : providerConfig(upstream.url, models),
      ...env,
    },
  }).catch(async (error: unknown) => {
    await cleanUp()
    throw error
  })
  // With the key, where the configuration has one.
  const authorization: Record<string, string> = config.apiKeys[0] === undefined ? {} : { authorization: `Bearer ${config.apiKeys[0]}` }
  const bridge: Bridge = {
    url: daemon.url,
    daemon,
    upstream,
    logged,
    records,
    home,
    chat: (body, init) =>
      fetch(`${daemon.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body: JSON.stringify({ model: 'test/model', ...body }),
        ...init,
      }),
    status: async () => (await fetch(`${daemon.url}/status`, { headers: authorization })).json(),
    close: async () => {
      await daemon.kill()
      // Looked at before the folders go, so that a leak is not tidied away.
      const left = processesOf(home)
      await cleanUp()
      if (left.length > 0) throw new Error(`the daemon left processes behind: ${left.join(', ')}`)
    },
  }
  try {
    await waitForIdle(bridge, warm ?? Math.min(config.minIdle, config.maxSize))
    return bridge
  } catch (error) {
    await bridge.close()
    throw error
  }
}

/** What the projects of `vitest.config.ts`, or `npm run test:opencode`, hold tests to that do not care themselves. */
function fromEnv(): ConfigInput {
  const { TEST_LANE, TEST_OPENCODE } = process.env
  const engine = testEngine()
  return {
    ...(TEST_OPENCODE && { binary: TEST_OPENCODE }),
    ...(engine && { engine: engine as 'run' }),
    ...(TEST_LANE && { lane: TEST_LANE as 'auto' }),
  }
}

/** Of a test that says none itself; `undefined` is the product's own default. */
export function testEngine(): string | undefined {
  return process.env.TEST_ENGINE ?? process.env.TEST_DEFAULT_ENGINE
}

/**
 * An environment in which opencode finds nothing of the user who runs the tests. Its processes serve a few requests at most
 * here, so all of them start as those do that serve one; where they are to serve thousands, `TEST_LONG_LIFE` is set.
 */
export function isolatedEnv(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...(process.env.TEST_LONG_LIFE ? {} : SHORT_LIFE) }
}

/** The key of the provider `test`; nothing else on this machine holds it, and one run of tests has one. */
export const PROVIDER_KEY = `provider-key-${createHash('sha256')
  .update(process.env.TEST_RUN ?? String(process.pid))
  .digest('hex')}`

/** opencode's configuration for the upstream as provider `test`. */
export function providerConfig(url: string, models: Record<string, object>): string {
  return JSON.stringify({
    provider: { test: { name: 'Test', npm: '@ai-sdk/openai-compatible', options: { baseURL: url, apiKey: PROVIDER_KEY }, models } },
  })
}

/** Waits until so many spares are warm, so that a test measures what it means to; engine `serve` has none to wait for. */
export async function waitForIdle(bridge: Pick<Bridge, 'status'>, count: number, timeout = 60_000): Promise<void> {
  await until(async () => {
    const { engine } = await bridge.status()
    return engine.name === 'serve' || engine.pool.idle >= count
  }, timeout)
}

/** The parsed `data:` frames of an SSE body; `[DONE]` stays a string. */
export function parseFrames(text: string): any[] {
  return text.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line === 'data: [DONE]' ? '[DONE]' : JSON.parse(line.slice(6))] : []))
}

/** The content of a streamed answer. */
export function contentOf(frames: any[]): string {
  return frames.map((frame) => frame.choices?.[0]?.delta?.content ?? '').join('')
}
