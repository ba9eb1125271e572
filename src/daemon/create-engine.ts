import type { ConsolaInstance } from 'consola'
import { agentName } from '../config/provider-blocks.ts'
import type { Config } from '../config/schema.ts'
import type { Engine } from '../engines/engine.ts'
import { FormTable } from '../engines/form-table.ts'
import { ProcessEngine, type ProcessEngineOptions } from '../engines/process-engine.ts'
import { NativeWorker, type NativeWorkerOptions } from '../engines/native-worker.ts'
import { shapeOf } from '../engines/shape.ts'
import type { Installation } from '../opencode/installation.ts'
import type { Providers } from '../providers/providers.ts'
import { defaultModel } from '../models/names.ts'

/** Milliseconds: no start beside requests. */
const ASKED_IDLE = 60_000

export interface EngineParts {
  installation: Installation
  providers: Providers
  onStarted: ProcessEngineOptions['onStarted']
  log: ConsolaInstance
}

/** The engine of the configuration, not yet started. */
export function createEngine(config: Config, { installation, providers, onStarted, log }: EngineParts): Engine {
  const { minIdle, maxSize, maxQueue, acquireTimeout, idleTimeout, maxLifetime, mode } = config
  const agent = agentName(config)
  const forms = new FormTable((message) => log.warn(message))
  const shape = shapeOf(config)
  const worker = (options: Pick<NativeWorkerOptions, 'model' | 'agent'>) =>
    new NativeWorker({
      ...options,
      installation,
      permissions: config.agentPermissions,
      startTimeout: config.startTimeout,
      sessionsOnly: config.lane === 'session',
      onForms: (learned) => forms.add(learned),
      shared: shape.turnover !== 'each',
      maxMemory: config.maxWorkerMemory,
      askedIdle: ASKED_IDLE,
    })
  return new ProcessEngine({
    name: config.engine,
    installation,
    forms,
    create: (model) => worker({ model, agent }),
    ask: () => worker({ model: undefined, agent: undefined }),
    pool: { ...shape, maxQueue, acquireTimeout, idleTimeout, maxLifetime },
    plainShape: { minIdle, maxSize, capacity: 1, turnover: 'each' },
    timeouts: { firstToken: config.firstTokenTimeout, token: config.tokenTimeout, request: config.requestTimeout, client: config.clientTimeout },
    retry: { maxRetries: config.maxRetries, delay: config.retryDelay, maxRetryAfter: config.maxRetryAfter },
    freeRetries: config.freeRetries,
    findConnection: (id) => providers.find(id),
    mode,
    agent,
    defaultModel: (models) => defaultModel({ models, defaultModels: config.defaultModels }),
    onStarted,
    log,
  })
}
