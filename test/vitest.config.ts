import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What a client must not be able to tell the engines apart by. */
const formats = 'test/contract/formats.test.ts'
const fidelity = 'test/integration/{chat,errors,fallback-tools,history,messages,parameters,parts,responses,stop,structured-output,tools,usage}.test.ts'

/** On a process for each request the wire formats alone take 5 minutes, so that is for `TEST_ENGINE=run`. */
const onRun = process.env.TEST_ENGINE === 'run'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // Each file starts real opencode processes of 3 CPU seconds; more at a time would only time out.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'], exclude: onRun ? [] : [formats] } },
      {
        extends: true,
        test: { name: 'serve', include: [formats, fidelity], env: { TEST_ENGINE: 'serve' } },
      },
    ],
  },
})
