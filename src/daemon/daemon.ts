import { randomUUID } from 'node:crypto'
import type { ConsolaInstance } from 'consola'
import { KeySources } from '../access/key-sources.ts'
import type { Model } from '../core/model.ts'
import { defaultModelsOf, toProviderBlocks, toValue } from '../config/provider-blocks.ts'
import type { Config } from '../config/schema.ts'
import { DemoModel } from '../demo/demo-model.ts'
import type { Engine } from '../engines/engine.ts'
import { AgentServer } from '../opencode/agent-server.ts'
import { locateOpencode } from '../opencode/binary.ts'
import { LogTail } from '../live/log-tail.ts'
import { Installation } from '../opencode/installation.ts'
import { createCopilotQuota } from '../providers/copilot-quota.ts'
import { withoutCredentials } from '../providers/providers.ts'
import type { RecordSink } from '../records/record.ts'
import { requestLog } from '../records/log/request-log.ts'
import { createMetrics } from '../records/metrics/metrics.ts'
import { RecentRecords } from '../records/recent.ts'
import { Recorder } from '../records/recorder.ts'
import { createSearch } from '../search/services.ts'
import { Redactor } from '../redaction/redactor.ts'
import { createApp } from '../server/app.ts'
import { answerChallenges, createSecret } from '../server/instance-proof.ts'
import { listen, type Listening } from '../server/listen.ts'
import { defaultModel } from '../models/names.ts'
import { memoryReasoningStore } from '../storage/memory/reasoning-store.ts'
import { forbidCoreDumps } from '../system/core-dumps.ts'
import { outboundFetch } from '../system/outbound-fetch.ts'
import { userHome } from '../system/user-folders.ts'
import { createEngine } from './create-engine.ts'
import { openKeySources } from './open-key-sources.ts'
import { openManagedKeys, withKeys } from './keys.ts'
import { Lifecycle } from './lifecycle.ts'
import { openAudit } from './open-audit.ts'
import { openBooks } from './open-books.ts'
import { openLimits } from './open-limits.ts'
import { openProviders } from './open-providers.ts'
import { openPrices } from './open-prices.ts'
import { openConfiguredTraces } from './open-traces.ts'
import { StartProgress } from './start-progress.ts'
import { tailed } from './tailed-log.ts'

/** Milliseconds that each part has to end; processes are killed long before. */
const STEP_PATIENCE = 20_000

/** Where every client of Ollama looks for it. */
const OLLAMA_PORT = 11434

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
    const traces = await openConfiguredTraces({ config, version, prices, log })
    if (traces) life.add(['The traces', () => traces.close()])
    const books = openBooks({ config, prices, env, log })
    if (books) life.add(['The ledger', () => books.close()])
    const audit = await openAudit({ config, env, fetch, log })
    if (audit) life.add(['The audit', () => audit.close()])
    const managed = config.managedKeys ? openManagedKeys(config, env, log) : undefined
    if (managed) life.add(['The keys', () => managed.close()])
    const limits = openLimits({ config, prices, env, log })
    life.add(['The limits', () => limits.close()])
    let server: Listening | undefined
    let closed: Promise<void> | undefined
    // Connections that were cut end with what runs for them.
    life.add([
      'The server',
      async () => {
        server?.closeConnections()
        await closed
      },
    ])
    life.add(['The engine', () => engine.close()], ['The server of sessions', () => sessions.close()])
    progress.enter('Asking opencode for its providers and models')
    await engine.start()

    const instance = randomUUID()
    const secret = createSecret()
    let url = ''
    const stopping = new AbortController()
    const recent = new RecentRecords()
    const app = createApp({
      engine,
      config,
      sessions,
      reasoning: memoryReasoningStore({ maxBytes: config.maxReasoningBytes, maxEntries: config.maxReasoningEntries, lifetime: config.reasoningLifetime }),
      instance: { version, pid: process.pid, id: instance, startedAt: Date.now(), url: () => url },
      recorder: new Recorder({
        sinks: [
          requestLog(log, { format: config.logFormat, prices }),
          recent,
          ...(books ? [books.sink] : []),
          ...(audit ? [audit.sink] : []),
          ...(metrics ? [metrics.sink] : []),
          ...(traces ? [traces.sink] : []),
          ...sinks,
        ],
        onFault: (error) => log.error(error),
      }),
      recent,
      log: tail,
      onDefect: (requestId, error) => log.error(`${requestId} ${error.stack ?? error.message}`),
      stopping: stopping.signal,
      prices,
      limits: limits.gate,
      plans: { limits: config.providerLimits, quotas: { 'github-copilot': createCopilotQuota({ env }) } },
      embedders: providers.embedders(),
      ...(config.webSearch !== undefined && { search: createSearch({ kind: config.webSearch, url: config.webSearchUrl, key: config.webSearchKey, fetch }) }),
      ...(books && { books: books.books }),
      ...(audit && { audit: () => audit.sink.status() }),
      fetch,
      ...(config.apiKeySources.length > 0 && { keySources: new KeySources({ sources: openKeySources(config, { env, signal: stopping.signal }), log }) }),
      ...(metrics && { metrics }),
      ...(managed && { managedKeys: managed.keys, makeKey: (name) => withKeys(config, env, (keys) => keys.create({ name })) }),
      ...(config.redact.length > 0 && { redactor: new Redactor(config.redact) }),
    })
    answerChallenges(app, secret)
    const listening = await listen(app, { ...config, furtherPorts: config.ollama ? [OLLAMA_PORT] : [] }, (open) =>
      log.warn(`Clients are turned away: there are ${open} connections (maxConnections).`),
    )
    server = listening
    url = listening.url
    life.add([
      'The connections',
      () => {
        listening.closeConnections()
        closed = listening.close()
      },
    ])
    const stop = async () => {
      stopping.abort()
      await drain(engine, listening.close, config.drainTimeout).catch((error: unknown) => log.error(`Not drained: ${messageOf(error)}`))
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
