import { randomUUID } from 'node:crypto'
import type { ConsolaInstance } from 'consola'
import type { Model } from './core/model.ts'
import { agentName, defaultModelsOf, toProviderBlocks } from './config/provider-blocks.ts'
import type { Config } from './config/schema.ts'
import { DemoModel } from './demo/demo-model.ts'
import type { Engine } from './engines/engine.ts'
import { FormTable } from './engines/form-table.ts'
import type { PluginProcessOptions } from './engines/plugin-process.ts'
import { ProcessEngine } from './engines/process-engine.ts'
import { WarmSource } from './engines/run/warm-source.ts'
import { ResidentSource } from './engines/serve/resident-source.ts'
import type { WorkerSource } from './engines/worker.ts'
import { AgentServer } from './opencode/agent-server.ts'
import { locateOpencode } from './opencode/binary.ts'
import { Installation } from './opencode/installation.ts'
import { Providers, withoutCredentials } from './providers/providers.ts'
import type { RecordSink } from './records/record.ts'
import { Recorder } from './records/recorder.ts'
import { requestLog } from './records/request-log.ts'
import { createApp } from './server/app.ts'
import { answerChallenges, createSecret } from './server/instance-proof.ts'
import { listen } from './server/listen.ts'
import { defaultModel } from './models/names.ts'
import { memoryReasoningStore } from './storage/memory/reasoning-store.ts'
import { userHome } from './system/user-folders.ts'

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
  /** True while there is nothing to use but the embedded demo model. */
  demo: boolean
  /** Why requests run in plain mode, if they do. */
  degraded?: string
  /** Refuses new requests, lets the running ones end, for `drainTimeout` at most, and stops. */
  stop(): Promise<void>
  /** Stops at once. */
  kill(): Promise<void>
}

/**
 * Builds and starts everything: the one place where the configuration meets the parts.
 * Throws a `BridgeError`: `opencode_not_found`, `opencode_unusable`, `plugin_failed`, `port_in_use`, `listen_failed`.
 */
export async function startDaemon({ config: settings, version, log, env, demo = false, sinks = [] }: DaemonOptions): Promise<Daemon> {
  const undo: (() => void | Promise<void>)[] = []
  const config = { ...settings, defaultModels: defaultModelsOf(settings) }
  const blocks = demo ? [] : toProviderBlocks(config)
  const opencodeEnv = withoutCredentials(env, blocks)
  try {
    const binary = await locateOpencode({ configured: config.binary, env: opencodeEnv })
    const providers = new Providers({ blocks, env, log })
    undo.push(() => providers.close())
    await providers.start()
    const demoModel = new DemoModel()
    undo.push(() => demoModel.close())
    const installation = new Installation({
      binary,
      env: opencodeEnv,
      startTimeout: config.startTimeout,
      demo: demoModel,
      demoOnly: demo,
      ownProviders: () => providers.config(),
    })
    undo.push(() => installation.close())
    const engine = createEngine(config, { installation, providers, log })
    undo.push(() => engine.close())
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
    undo.push(() => sessions.close())
    await engine.start()

    const instance = randomUUID()
    const secret = createSecret()
    let url = ''
    const stopping = new AbortController()
    const app = createApp({
      engine,
      config,
      sessions,
      reasoning: memoryReasoningStore({ maxBytes: config.maxReasoningBytes, maxEntries: config.maxReasoningEntries, lifetime: config.reasoningLifetime }),
      instance: { version, pid: process.pid, id: instance, startedAt: Date.now(), url: () => url },
      recorder: new Recorder({ sinks: [requestLog(log), ...sinks], onFault: (error) => log.error(error) }),
      onDefect: (requestId, error) => log.error(`${requestId} ${error.stack ?? error.message}`),
      stopping: stopping.signal,
    })
    answerChallenges(app, secret)
    const listening = await listen(app, config, (open) => log.warn(`Clients are turned away: there are ${open} connections (maxConnections).`))
    url = listening.url
    let ending: Promise<void> | undefined
    const kill = async () => {
      listening.closeConnections()
      const closed = listening.close()
      await Promise.all([engine.close(), sessions.close()])
      listening.closeConnections()
      await closed
      providers.close()
      await installation.close()
      await demoModel.close()
    }
    const status = await engine.status()
    return {
      url,
      instance,
      secret,
      models: () => engine.models(),
      get demo() {
        return installation.demo
      },
      ...(status.degraded === undefined ? {} : { degraded: status.degraded }),
      stop: () => {
        stopping.abort()
        return (ending ??= drain(engine, listening.close, config.drainTimeout).then(kill))
      },
      kill,
    }
  } catch (error) {
    for (const step of undo.toReversed()) await step()
    throw error
  }
}

interface EngineParts {
  installation: Installation
  providers: Providers
  log: ConsolaInstance
}

function createEngine(config: Config, { installation, providers, log }: EngineParts): Engine {
  const { minIdle, maxSize, maxQueue, acquireTimeout, idleTimeout, maxLifetime, mode } = config
  const agent = agentName(config)
  const forms = new FormTable((message) => log.warn(message))
  return new ProcessEngine({
    installation,
    forms,
    source: createSource(
      config,
      {
        installation,
        agent,
        permissions: config.agentPermissions,
        startTimeout: config.startTimeout,
        sessionsOnly: config.lane === 'session',
        onForms: (learned) => forms.add(learned),
      },
      log,
    ),
    pool: { ...poolSize(config), maxQueue, acquireTimeout, idleTimeout, maxLifetime },
    plainSize: { minIdle, maxSize },
    timeouts: { firstToken: config.firstTokenTimeout, token: config.tokenTimeout, request: config.requestTimeout, client: config.clientTimeout },
    retry: { maxRetries: config.maxRetries, delay: config.retryDelay, maxRetryAfter: config.maxRetryAfter },
    freeRetries: config.freeRetries,
    findConnection: (id) => providers.find(id),
    mode,
    agent,
    defaultModel: (models) => defaultModel({ models, defaultModels: config.defaultModels }),
    log,
  })
}

function createSource(config: Config, common: Omit<PluginProcessOptions, 'model'>, log: ConsolaInstance): WorkerSource {
  const { engine, workers, workerConcurrency, maxWorkerMemory, maxLifetime } = config
  if (engine === 'run') return new WarmSource(common)
  return new ResidentSource({ ...common, workers, concurrency: workerConcurrency, maxMemory: maxWorkerMemory, maxLifetime, log })
}

/** With resident workers the pool's places cost nothing, so none is kept ready; with a process each, they do. */
function poolSize({ engine, minIdle, maxSize, workers, workerConcurrency }: Config): { minIdle: number; maxSize: number } {
  return engine === 'run' ? { minIdle, maxSize } : { minIdle: 0, maxSize: workers * workerConcurrency }
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
