import { z } from 'zod'

const milliseconds = z.number().int().positive().describe('milliseconds')
const count = z.number().int().nonnegative()

/**
 * Every setting of the bridge, flat, so that one name serves the config file (`maxSize`), the environment
 * (`OPENCODE_BRIDGE_MAX_SIZE`) and, where there is one, the flag (`--max-size`). Times are in milliseconds.
 */
export const configSchema = z.strictObject({
  /** IPv6 may have the brackets that it has in URLs. */
  host: z
    .string()
    .min(1)
    .overwrite((host) => host.replace(/^\[(.*)\]$/, '$1'))
    .default('127.0.0.1'),
  port: z.number().int().min(0).max(65535).default(4141),
  engine: z.enum(['run', 'serve']).default('run'),

  /** Keys that clients must present; none means that every local client may call. */
  apiKeys: z.array(z.string().min(8)).default([]),
  /** A file with one key per line. */
  apiKeyFile: z.string().min(1).optional(),
  /** Accepts `Authorization: Basic` of the user `opencode` with this password; `OPENCODE_SERVER_PASSWORD` sets it too. */
  serverPassword: z.string().min(8).optional(),
  /** Accepts JSON Web Tokens: signed with this secret (HS256), or with a key of this set. */
  jwtSecret: z.string().min(32).optional(),
  jwksUrl: z.string().min(1).optional(),
  jwtIssuer: z.string().min(1).optional(),
  jwtAudience: z.string().min(1).optional(),
  /** Accepts tokens that never expire. */
  jwtWithoutExpiry: z.boolean().default(false),
  /** Origins of browsers that may call; none switches CORS off. */
  corsOrigins: z.array(z.string().min(1)).default([]),
  maxBodyBytes: z
    .number()
    .int()
    .positive()
    .default(32 * 1024 * 1024),
  /** For all of a request's body. */
  uploadTimeout: milliseconds.default(120_000),
  /** Connections of clients at a time; more are closed at once. */
  maxConnections: z.number().int().positive().default(1024),
  /** Characters that a prompt of `POST /api/opencode` may have. */
  maxPromptLength: z.number().int().positive().default(100_000),
  /** Between SSE comments that keep a silent stream open. */
  heartbeatInterval: milliseconds.default(10_000),

  /** Refuses a request for what its model cannot be given, instead of ignoring that part of it. */
  strict: z.boolean().default(false),
  /**
   * The way that requests take: `verbatim` passes a client's own body to a provider of its format, `translated` writes
   * another for it, `session` goes through opencode's prompt loop; `auto` is the first of them that can do it.
   */
  lane: z.enum(['auto', 'verbatim', 'translated', 'session']).default('auto'),
  /** Fetches files that a request names by an http(s) URL; never from a private address. */
  allowRemoteFiles: z.boolean().default(false),

  /** Takes a request's `user` for the name of a conversation to go on with, as the header `x-bridge-session` does. */
  userSessions: z.boolean().default(false),

  /**
   * Bounds of what is kept in memory of answers with tool calls, for clients that send back less of them than their
   * providers want: bytes and entries in all, either 0 for none, and time since it was used last.
   */
  maxReasoningBytes: count.default(64 * 1024 * 1024),
  maxReasoningEntries: count.max(1_000_000).default(20_000),
  reasoningLifetime: milliseconds.max(20 * 24 * 60 * 60_000).default(24 * 60 * 60_000),

  /** Path of the opencode executable; else `OPENCODE_BIN`, the bundled one, PATH. */
  binary: z.string().min(1).optional(),
  /** One of opencode's own agents (`build`, …) instead of our bare one. */
  agent: z.string().min(1).optional(),
  /** The folder that opencode's own agents work in, in sessions; without it they have none. */
  agentDirectory: z.string().min(1).optional(),
  /** What those agents may do, by opencode's names (`edit`, `bash`, `webfetch`, …); the rest is denied. */
  agentPermissions: z.record(z.string(), z.enum(['allow', 'ask', 'deny'])).default({}),
  /** Lets plugins run that the folder brings: `.opencode/plugin/*`, and those that its `opencode.json` names. */
  agentPlugins: z.boolean().default(false),
  /** `native` never falls back, `plain` never loads the plugin. */
  mode: z.enum(['auto', 'native', 'plain']).default('auto'),

  /** Tried in order; the first that exists answers requests for no model. None of them: the first model there is. */
  defaultModels: z.array(z.string().min(1)).default(['github-copilot/gpt-4.1', 'github-copilot/gpt-5-mini']),
  /**
   * Names that clients may use, or patterns of names with `*`, each for one model or an ordered list, of which the next
   * is asked when one is unavailable.
   */
  aliases: z
    .record(
      z.string(),
      z.union([
        z
          .string()
          .min(1)
          .transform((id) => [id]),
        z.array(z.string().min(1)).min(1),
      ]),
    )
    .default({}),

  /** Models, by id or pattern with `*`, that call tools by JSON in their text; by default those whose metadata say so. */
  jsonTools: z.array(z.string().min(1)).default([]),
  /** Models, by id or pattern with `*`, that call tools natively whatever their metadata say. */
  nativeTools: z.array(z.string().min(1)).default([]),
  /** Who holds an answer to a JSON Schema: `auto` is the provider where it can, `instructed` is always the bridge. */
  structuredOutput: z.enum(['auto', 'native', 'instructed']).default('auto'),

  minIdle: count.default(1),
  maxSize: z.number().int().positive().default(4),
  /** Of engine `serve`: resident processes, and requests at a time in each. */
  workers: z.number().int().min(1).max(64).default(1),
  workerConcurrency: z.number().int().positive().default(32),
  /** Bytes beyond which a resident process is replaced. */
  maxWorkerMemory: z
    .number()
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  maxQueue: count.default(64),
  acquireTimeout: milliseconds.default(60_000),
  idleTimeout: milliseconds.default(30 * 60_000),
  /** Under the 60 minutes after which opencode drops its own warm services. */
  maxLifetime: milliseconds.max(55 * 60_000).default(45 * 60_000),
  /** How long a process may take to announce that it is ready. */
  startTimeout: milliseconds.default(20_000),

  firstTokenTimeout: milliseconds.default(120_000),
  /** Between two tokens. */
  tokenTimeout: milliseconds.default(120_000),
  requestTimeout: milliseconds.default(20 * 60_000),
  /** Until a client takes the next piece of its answer; one that takes nothing for so long gets no more. */
  clientTimeout: milliseconds.default(120_000),
  /** How long running requests may take once the daemon was asked to stop. */
  drainTimeout: milliseconds.default(30_000),

  maxRetries: count.default(4),
  retryDelay: milliseconds.default(500),
  /** A provider that asks for a longer pause than this gets no retry; the client gets its error. */
  maxRetryAfter: milliseconds.default(20_000),

  verbose: z.boolean().default(false),
})

export type Config = z.output<typeof configSchema>
export type ConfigInput = z.input<typeof configSchema>

/**
 * The settings that a file of the folder counts for where a daemon is started: which models answer and how, and when
 * to give up. A repository that somebody else wrote may hold such a file, so nothing belongs here that opens the daemon
 * to others, runs or reads something, or takes more of the machine or of the provider.
 */
export const projectKeys: ReadonlySet<keyof Config> = new Set([
  'defaultModels',
  'aliases',
  'jsonTools',
  'nativeTools',
  'structuredOutput',
  'strict',
  'lane',
  'engine',
  'heartbeatInterval',
  'acquireTimeout',
  'idleTimeout',
  'maxLifetime',
  'startTimeout',
  'firstTokenTimeout',
  'tokenTimeout',
  'requestTimeout',
  'clientTimeout',
  'drainTimeout',
] as const)

/** Settings whose values must never be shown. */
export const secretKeys: ReadonlySet<keyof Config> = new Set(['apiKeys', 'serverPassword', 'jwtSecret'] as const)
