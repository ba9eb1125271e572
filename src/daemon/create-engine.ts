import type { ConsolaInstance } from 'consola'
import { agentName } from '../config/provider-blocks.ts'
import type { Config } from '../config/schema.ts'
import type { Engine } from '../engines/engine.ts'
import { FormTable } from '../engines/form-table.ts'
import type { PluginProcessOptions } from '../engines/plugin-process.ts'
import { ProcessEngine } from '../engines/process-engine.ts'
import { WarmSource } from '../engines/run/warm-source.ts'
import { ResidentSource } from '../engines/serve/resident-source.ts'
import type { WorkerSource } from '../engines/worker.ts'
import type { Installation } from '../opencode/installation.ts'
import type { Providers } from '../providers/providers.ts'
import { defaultModel } from '../models/names.ts'

export interface EngineParts {
  installation: Installation
  providers: Providers
  log: ConsolaInstance
}

/** The engine of the configuration, not yet started. */
export function createEngine(config: Config, { installation, providers, log }: EngineParts): Engine {
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
