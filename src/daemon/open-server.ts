import { randomUUID } from 'node:crypto'
import type { ConsolaInstance } from 'consola'
import { KeySources } from '../access/key-sources.ts'
import type { Config } from '../config/schema.ts'
import type { Engine } from '../engines/engine.ts'
import type { LogTail } from '../live/log-tail.ts'
import type { AgentServer } from '../opencode/agent-server.ts'
import { createCopilotQuota } from '../providers/copilot-quota.ts'
import type { Providers } from '../providers/providers.ts'
import { requestLog } from '../records/log/request-log.ts'
import type { Metrics } from '../records/metrics/metrics.ts'
import type { PriceBook } from '../records/pricing/price-book.ts'
import { RecentRecords } from '../records/recent.ts'
import type { RecordSink } from '../records/record.ts'
import { Recorder } from '../records/recorder.ts'
import { Redactor } from '../redaction/redactor.ts'
import { createSearch } from '../search/services.ts'
import { createApp } from '../server/app.ts'
import { answerChallenges, createSecret } from '../server/instance-proof.ts'
import { listen } from '../server/listen.ts'
import { memoryReasoningStore } from '../storage/memory/reasoning-store.ts'
import { openManagedKeys, withKeys } from './keys.ts'
import type { Lifecycle } from './lifecycle.ts'
import { openAudit } from './open-audit.ts'
import { openBooks } from './open-books.ts'
import { openKeySources } from './open-key-sources.ts'
import { openLimits } from './open-limits.ts'
import { openConfiguredTraces } from './open-traces.ts'

/** Where every client of Ollama looks for it. */
const OLLAMA_PORT = 11434

export interface ServerParts {
  config: Config
  version: string
  env: NodeJS.ProcessEnv
  log: ConsolaInstance
  tail: LogTail
  fetch: typeof globalThis.fetch
  engine: Engine
  sessions: AgentServer
  providers: Providers
  prices: PriceBook
  metrics: Metrics | undefined
  /** Beside those of the configuration. */
  sinks: readonly RecordSink[]
  /** Aborts when the daemon begins to stop. */
  stopping: AbortSignal
}

/** Where it says how what it opens is undone; in the order in which that was begun. */
export interface ServerLife {
  /** Outlive what runs in the engine, and record it. */
  stores: Lifecycle
  /** Ends once what runs for its connections has. */
  server: Lifecycle
  connections: Lifecycle
}

export interface OpenServer {
  /** Without `/v1`. */
  url: string
  /** See `Daemon`. */
  instance: string
  secret: string
  /** Takes no more connections, and resolves when the last one has ended. */
  close(): Promise<void>
}

/**
 * Opens the stores and what serves clients out of an engine.
 * @throws BridgeError `port_in_use`, `listen_failed`, `audit_failed`
 */
export async function openServer(parts: ServerParts, life: ServerLife): Promise<OpenServer> {
  const { config, version, env, log, tail, fetch, engine, sessions, providers, prices, metrics, stopping } = parts
  const traces = await openConfiguredTraces({ config, version, prices, log })
  if (traces) life.stores.add(['The traces', () => traces.close()])
  const books = openBooks({ config, prices, env, log })
  if (books) life.stores.add(['The ledger', () => books.close()])
  const audit = await openAudit({ config, env, fetch, log })
  if (audit) life.stores.add(['The audit', () => audit.close()])
  const managed = config.managedKeys ? openManagedKeys(config, env, log) : undefined
  if (managed) life.stores.add(['The keys', () => managed.close()])
  const limits = openLimits({ config, prices, env, log })
  life.stores.add(['The limits', () => limits.close()])

  const instance = randomUUID()
  const secret = createSecret()
  let url = ''
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
        ...parts.sinks,
      ],
      onFault: (error) => log.error(error),
    }),
    recent,
    log: tail,
    onDefect: (requestId, error) => log.error(`${requestId} ${error.stack ?? error.message}`),
    stopping,
    prices,
    limits: limits.gate,
    plans: { limits: config.providerLimits, quotas: { 'github-copilot': createCopilotQuota({ env }) } },
    embedders: providers.embedders(),
    ...(config.webSearch !== undefined && { search: createSearch({ kind: config.webSearch, url: config.webSearchUrl, key: config.webSearchKey, fetch }) }),
    ...(books && { books: books.books }),
    ...(audit && { audit: () => audit.sink.status() }),
    fetch,
    ...(config.apiKeySources.length > 0 && { keySources: new KeySources({ sources: openKeySources(config, { env, signal: stopping }), log }) }),
    ...(metrics && { metrics }),
    ...(managed && { managedKeys: managed.keys, makeKey: (name) => withKeys(config, env, (keys) => keys.create({ name })) }),
    ...(config.redact.length > 0 && { redactor: new Redactor(config.redact) }),
  })
  answerChallenges(app, secret)
  const listening = await listen(app, { ...config, furtherPorts: config.ollama ? [OLLAMA_PORT] : [] }, (open) =>
    log.warn(`Clients are turned away: there are ${open} connections (maxConnections).`),
  )
  url = listening.url
  let closed: Promise<void> | undefined
  // Connections that were cut end with what runs for them.
  life.server.add([
    'The server',
    async () => {
      listening.closeConnections()
      await closed
    },
  ])
  life.connections.add([
    'The connections',
    () => {
      listening.closeConnections()
      closed = listening.close()
    },
  ])
  return { url, instance, secret, close: listening.close }
}
