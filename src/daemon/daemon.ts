import type { ConsolaInstance } from 'consola'
import type { Model } from '../core/model.ts'
import { defaultModelsOf, toProviderBlocks, toValue } from '../config/provider-blocks.ts'
import type { Config } from '../config/schema.ts'
import { DemoModel } from '../demo/demo-model.ts'
import type { Engine } from '../engines/engine.ts'
import { AgentServer } from '../opencode/agent-server.ts'
import { locateOpencode } from '../opencode/binary.ts'
import { LogTail } from '../live/log-tail.ts'
import { Installation } from '../opencode/installation.ts'
import { withoutCredentials } from '../providers/providers.ts'
import type { RecordSink } from '../records/record.ts'
import { createMetrics } from '../records/metrics/metrics.ts'
import { defaultModel } from '../models/names.ts'
import { compileEarly } from '../system/compile-early.ts'
import { forbidCoreDumps } from '../system/core-dumps.ts'
import { outboundFetch } from '../system/outbound-fetch.ts'
import { userHome } from '../system/user-folders.ts'
import { createEngine } from './create-engine.ts'
import { Lifecycle } from './lifecycle.ts'
import { openProviders } from './open-providers.ts'
import { openPrices } from './open-prices.ts'
import { StartProgress } from './start-progress.ts'
import { tailed } from './tailed-log.ts'

/** Milliseconds that each part has to end; processes are killed long before. */
const STEP_PATIENCE = 20_000

export interface DaemonOptions {
  config: Config
  version: string
  log: ConsolaInstance
  env: NodeJS.ProcessEnv
  /** Serve the embedded demo model only, whatever the user's opencode has. */
  demo?: boolean
  /** Get each record of a request, beside the log. */
  sinks?: readonly RecordSink[]
}

export interface Daemon {
  /** Where it listens, without `/v1`. */
  url: string
  /** Tells this daemon from every other, also from one that reuses its port or pid. */
  instance: string
  /** What it proves by that it is this one; see `instance-proof.ts`. */
  secret: string
  models(): Model[]
  /** Resolves with whether the next request would be answered without a wait for a process; where none starts, with false. */
  warmed(): Promise<boolean>
  /** True while there is nothing to use but the embedded demo model. */
  readonly demo: boolean
  /** Why requests run in plain mode, as long as they do. */
  readonly degraded: string | undefined
  /** Refuses new requests, lets the running ones end, for `drainTimeout` at most, and stops. */
  stop(): Promise<void>
  /** Stops at once, also in the middle of a stop. */
  kill(): Promise<void>
}

/**
 * Builds and starts everything: the one place where the configuration meets the parts.
 * Throws a `BridgeError`: `opencode_not_found`, `opencode_unusable`, `plugin_failed`, `port_in_use`, `listen_failed`, `audit_failed`.
 */
export async function startDaemon({ config: settings, version, log: logOfCaller, env, demo = false, sinks = [] }: DaemonOptions): Promise<Daemon> {
  const tail = new LogTail()
  const log = tailed(logOfCaller, tail)
  const life = new Lifecycle({ patience: STEP_PATIENCE, onFault: (what, error) => log.error(`${what} could not be ended: ${messageOf(error)}`) })
  const config = { ...settings, defaultModels: defaultModelsOf(settings) }
  const blocks = demo ? [] : toProviderBlocks(config)
  const opencodeEnv = withoutCredentials(env, blocks, [...config.apiKeySources, ...Object.values(config.auditHeaders)].map(toValue))
  const fetch = outboundFetch(env)
  if (!(await forbidCoreDumps())) log.warn('A crash may leave prompts and keys in a core dump; `ulimit -c 0` before the start keeps it from that.')
  const progress = new StartProgress(log)
  life.add(['What is told of the start', progress.end])
  try {
    progress.enter('Looking for opencode')
    const binary = await locateOpencode({ configured: config.binary, env: opencodeEnv })
    const { providers, complete, close: closeProviders } = openProviders({ blocks, config, env, fetch, log })
    life.add(['The providers', closeProviders])
    progress.enter('Asking the providers of the configuration for their models')
    await providers.start()
    const demoModel = new DemoModel()
    life.add(['The demo model', () => demoModel.close()])
    const installation = new Installation({
      binary,
      env: opencodeEnv,
      startTimeout: config.startTimeout,
      demo: demoModel,
      demoOnly: demo,
      ownProviders: () => providers.config(),
      complete,
      ...(config.redact.length > 0 && { redact: config.redact }),
    })
    life.add(['The installation', () => installation.close()])
    const { prices, close: closePrices } = openPrices({ config, models: () => installation.models(), fetch, log })
    life.add(['The prices', closePrices])
    const metrics = config.metrics ? createMetrics({ isKnown: (id) => installation.models().some((model) => model.id === id), prices }) : undefined
    const engine = createEngine(config, { installation, providers, onStarted: metrics?.started, log })
    const sessions = new AgentServer({
      installation,
      directory: config.agentDirectory,
      permissions: config.agentPermissions,
      plugins: config.agentPlugins,
      home: userHome(env),
      defaultModel: () => defaultModel({ models: installation.models(), defaultModels: config.defaultModels }),
      startTimeout: config.startTimeout,
      messageTimeout: config.requestTimeout,
      concurrency: config.workerConcurrency,
      maxMemory: config.maxWorkerMemory,
      log,
    })
    const stores = life.part()
    const server = life.part()
    life.add(['The engine', () => engine.close()], ['The server of sessions', () => sessions.close()])
    progress.enter('Asking opencode for its providers and models')
    compileEarly()
    // What serves clients is loaded while opencode's process starts.
    const [, { openServer }, { rehearse }] = await Promise.all([engine.start(), import('./open-server.ts'), import('./rehearse.ts')])
    const stopping = new AbortController()
    const { url, instance, secret, close } = await openServer(
      { config, version, env, log, tail, fetch, engine, sessions, providers, prices, metrics, sinks, stopping: stopping.signal },
      { stores, server, connections: life.part() },
    )
    // opencode's process takes longer to start.
    const rehearsing = new AbortController()
    const rehearsal = rehearse(rehearsing.signal).catch((error: unknown) => {
      if (!rehearsing.signal.aborted) log.debug(`The rehearsal failed, so that the first answers take longer: ${messageOf(error)}`)
    })
    life.add([
      'The rehearsal',
      () => {
        rehearsing.abort()
        return rehearsal
      },
    ])
    const stop = async () => {
      stopping.abort()
      await drain(engine, close, config.drainTimeout).catch((error: unknown) => log.error(`Not drained: ${messageOf(error)}`))
      await life.end()
    }
    let stopped: Promise<void> | undefined
    progress.enter('Starting the first opencode process; requests are taken already')
    void engine.warmed().finally(progress.end)
    return {
      url,
      instance,
      secret,
      models: () => engine.models(),
      warmed: async () => {
        await engine.warmed()
        return (await engine.status()).ready
      },
      get demo() {
        return installation.demo
      },
      get degraded() {
        return engine.degraded
      },
      stop: () => (stopped ??= stop()),
      kill: () => life.end(),
    }
  } catch (error) {
    await life.end()
    throw error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Waits for the running requests, but no longer than `timeout` milliseconds. */
async function drain(engine: Engine, closeServer: () => Promise<void>, timeout: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeout)
  })
  await Promise.race([Promise.all([engine.drain(), closeServer()]), limit])
  clearTimeout(timer)
}
