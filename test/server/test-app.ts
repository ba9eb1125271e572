import type { H3 } from 'h3'
import type { ManagedKeys } from '../../src/access/managed-keys.ts'
import type { Books } from '../../src/records/ledger/books.ts'
import type { RecordSink, RequestRecord } from '../../src/records/record.ts'
import { Recorder } from '../../src/records/recorder.ts'
import { LogTail } from '../../src/live/log-tail.ts'
import { RecentRecords } from '../../src/records/recent.ts'
import { createApp } from '../../src/server/app.ts'
import type { AppConfig, AppOptions } from '../../src/server/app-options.ts'
import { createParts } from '../../src/server/parts.ts'
import type { Route } from '../../src/server/route.ts'
import { createRoutes } from '../../src/server/routes.ts'
import type { SessionBackend } from '../../src/server/sessions/backend.ts'
import { memoryReasoningStore } from '../../src/storage/memory/reasoning-store.ts'
import { FakeEngine } from './fake-engine.ts'

export interface TestApp {
  app: H3
  engine: FakeEngine
  log: LogTail
  /** Everything that it answers to. */
  routes: readonly Route[]
  records: RequestRecord[]
  /** The stacks of the bridge's own errors. */
  defects: string[]
  /** Posts to /v1/chat/completions. */
  chat(body: unknown, init?: RequestInit): Promise<Response>
  get(path: string, headers?: Record<string, string>): Promise<Response>
}

export function testApp(
  config: Partial<AppConfig> = {},
  sessions: SessionBackend = { fetch: async () => Response.json({}) },
  books?: Books,
  managedKeys?: ManagedKeys,
  {
    sinks = [],
    ...more
  }: Partial<Pick<AppOptions, 'metrics' | 'prices' | 'limits' | 'plans' | 'makeKey' | 'embedders' | 'redactor' | 'search' | 'agentFor'>> & {
    sinks?: RecordSink[]
  } = {},
): TestApp {
  const engine = new FakeEngine()
  const recent = new RecentRecords()
  const log = new LogTail()
  const records: RequestRecord[] = []
  const defects: string[] = []
  const options: AppOptions = {
    engine,
    config: {
      apiKeys: [],
      apiKeySources: [],
      managedKeys: false,
      jwtWithoutExpiry: false,
      corsOrigins: [],
      maxBodyBytes: 100_000,
      uploadTimeout: 60_000,
      maxPromptLength: 1000,
      heartbeatInterval: 10_000,
      strict: false,
      lane: 'auto',
      userSessions: false,
      allowRemoteFiles: false,
      jsonTools: [],
      nativeTools: [],
      structuredOutput: 'auto',
      answerCosts: 'own',
      aliases: {},
      defaultModels: ['github-copilot/gpt-4.1', 'github-copilot/gpt-5-mini'],
      ...config,
    },
    sessions,
    reasoning: memoryReasoningStore({ maxBytes: 1_000_000, maxEntries: 1000, lifetime: 60_000 }),
    instance: { version: '0.1.0', pid: 42, id: 'abc', startedAt: Date.now() - 5_000, url: () => 'http://127.0.0.1:4141' },
    recorder: new Recorder({
      sinks: [recent, { record: (record) => void records.push(record) }, ...sinks],
      onFault: (error) => {
        throw error
      },
    }),
    recent,
    log,
    ...(books && { books }),
    ...(managedKeys && { managedKeys }),
    ...more,
    onDefect: (_requestId, error) => defects.push(String(error.stack)),
  }
  const app = createApp(options)
  return {
    app,
    engine,
    log,
    get routes() {
      return createRoutes(createParts(options).routes)
    },
    records,
    defects,
    chat: async (body, init = {}) =>
      app.request('/v1/chat/completions', {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
        headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
      }),
    get: async (path, headers = {}) => app.request(path, { headers }),
  }
}

export const hello = { model: 'openai/gpt-5', messages: [{ role: 'user', content: 'Hi' }] }

export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string }
}

export async function errorOf(response: Response): Promise<ErrorBody['error']> {
  return ((await response.json()) as ErrorBody).error
}

/** The server-sent events and comments of a body, in order. */
export async function framesOf(response: Response): Promise<string[]> {
  return (await response.text()).split(/(?<=^:.*)\n|\n\n/m).filter((frame) => frame !== '')
}
