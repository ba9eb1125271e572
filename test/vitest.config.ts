import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** What a client must not be able to tell the engines apart by. */
const contract = ['chat', 'errors', 'fallback-tools', 'history', 'messages', 'parameters', 'parts', 'responses', 'stop', 'structured-output', 'tools', 'usage']

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // Each file starts real opencode processes of 3 CPU seconds; more at a time would only time out.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'serve', include: contract.map((name) => `test/integration/${name}.test.ts`), env: { TEST_ENGINE: 'serve' } },
      },
    ],
  },
})
