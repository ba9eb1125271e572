import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Folders of tests that start no opencode. */
const unitFolders = [
  'access',
  'cli/ask',
  'config',
  'connectors',
  'core',
  'daemon',
  'demo',
  'engines',
  'exchange',
  'generation',
  'live',
  'models',
  'opencode',
  'plugin',
  'pool',
  'protocols',
  'providers',
  'records',
  'redaction',
  'security/unit',
  'server',
  'storage',
  'system',
  'wires',
]
const units = ['test/{architecture,lock-file}.test.ts', ...unitFolders.map((folder) => `test/${folder}/**/*.test.ts`)]

/**
 * What a client must not be able to tell the engines, or the lanes, apart by: on `auto`, the default. Processes and calls of
 * `serve` are those of `auto`, so it is for `TEST_ENGINE=serve`; on `run`, where each request takes a process, there is the
 * first of them, and the rest with `TEST_ENGINE=run`.
 */
const onEach = 'test/integration/{chat,history,parts,stop}.test.ts'
const first = 'test/integration/chat.test.ts'

/** The contract of the clients' formats: on `auto` alone, and for `TEST_ENGINE=serve` or `TEST_ENGINE=run`. */
const contract = 'test/contract/formats.test.ts'

/**
 * The same, of which the engine has less of a part in it: on `serve`, whose processes and calls are those of `auto`. On
 * those of `run`, one for each request, they take long: `TEST_ENGINE=run`, or `TEST_ENGINE=auto`.
 */
const onServe = ['test/integration/{errors,fallback-tools,messages,parameters,responses,structured-output,tools,upstream-errors,usage}.test.ts']

/** Plain `opencode run` against the strict provider takes minutes and none of our code: `PLAIN_OPENCODE=1`. */
const byHand = process.env.PLAIN_OPENCODE ? [] : ['test/strict/opencode-run.test.ts']

/** Of those, what opencode's own prompt loop has the greatest part in. The rest is for `TEST_LANE=session TEST_ENGINE=serve`. */
const inSessions = [first, 'test/integration/tools.test.ts']
const moreInSessions = 'test/integration/{structured-output,usage}.test.ts'

/** All of its cells on `serve`, in the lane that each takes by itself; a few of them elsewhere, or `REASONING=all`. */
const reasoning = 'test/integration/reasoning.test.ts'

/** Conversations of every client with every provider: of clients that forget, that move to another model, and of steps in several lanes. `npm run test:reasoning`. */
const conversations = 'test/integration/{changing-lanes,forgetful-clients,moving-conversations}.test.ts'

/**
 * What only many requests in a row show: `npm run test:soak`, and with `SOAK=300 SERVE_SOAK=1000 DIRECT_SOAK=20000
 * REASONING_SOAK=2000` for long. Processes that are killed among a thousand requests have a project of their own, `long-kills`.
 */
const soaks = 'test/integration/*soak.test.ts'
const kills = 'test/integration/killed-processes.test.ts'

/** A ledger of a million rows, and what is asked of it. */
const rows = 'test/storage/sql/million-rows.test.ts'

/** A ledger of many requests of all kinds: `LEDGER_REQUESTS`. */
const mixed = 'test/integration/mixed-ledger.test.ts'

/** See `isolatedEnv`. */
const longLife = { TEST_LONG_LIFE: '1' }

/** Makes a Debian from its mirror, as root, and the image's steps in it. */
const image = 'test/image/*.test.ts'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // Each file starts real opencode processes of 3 CPU seconds: on two cores a third file fills what two leave idle, and more would
    // only time out.
    maxWorkers: 3,
    // No module has a state that a file could leave to the next, and to load all of them takes as long as most files do.
    isolate: false,
    // Where a busy machine starts opencode in 20 seconds, and a test starts several.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Each project has a server of its own, which would translate the same modules once more.
    experimental: { fsModuleCache: true },
    expect: { poll: { timeout: 30_000 } },
    tags: [
      {
        name: 'long',
        description: 'Faults and attacks that take many starts of opencode or many seconds: `npm run test:faults`. A quicker one of its kind is not.',
      },
    ],
    projects: [
      // They start no opencode.
      { extends: true, test: { name: 'unit', include: units, exclude: [rows] } },
      // What needs one engine says so itself, or looks at a process for each request: spares, queues, ends, crashes.
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...units, onEach, contract, ...onServe, ...byHand, conversations, soaks, kills, mixed, image],
          env: { TEST_DEFAULT_ENGINE: 'run' },
        },
      },
      {
        extends: true,
        test: {
          name: 'auto',
          include: [onEach, contract, ...(process.env.TEST_ENGINE === 'auto' ? onServe : [])],
          env: { TEST_ENGINE: 'auto', TEST_LANE: process.env.TEST_LANE ?? 'translated' },
        },
      },
      { extends: true, test: { name: 'long-reasoning', include: [conversations] } },
      { extends: true, test: { name: 'long-kills', include: [kills], env: longLife, testTimeout: 3_600_000 } },
      { extends: true, test: { name: 'long-ledger', include: [mixed], env: longLife } },
      { extends: true, test: { name: 'long-rows', include: [rows] } },
      { extends: true, test: { name: 'long-image', include: [image], testTimeout: 300_000, hookTimeout: 900_000 } },
      // They look at what the bridge writes, so nothing is passed on as it is; that has tests of its own.
      {
        extends: true,
        test: {
          name: 'run',
          include: [first, ...(process.env.TEST_ENGINE === 'run' ? [onEach, reasoning, contract, ...onServe] : [])],
          env: { TEST_ENGINE: 'run', TEST_LANE: 'translated' },
        },
      },
      {
        extends: true,
        test: {
          name: 'serve',
          include: [...onServe, ...(process.env.TEST_ENGINE === 'serve' ? [onEach, contract] : [])],
          env: { TEST_ENGINE: 'serve', TEST_LANE: process.env.TEST_LANE ?? 'translated' },
        },
      },
      { extends: true, test: { name: 'long-soak', include: [soaks], env: longLife } },
      {
        extends: true,
        test: {
          name: 'session',
          include: [...inSessions, reasoning, ...(process.env.TEST_LANE === 'session' ? [moreInSessions] : [])],
          env: { TEST_ENGINE: 'serve', TEST_LANE: 'session' },
        },
      },
    ],
  },
})
