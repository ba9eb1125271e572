import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/agents/**/*.agent.ts'],
    testTimeout: 120_000,
    // npm downloads several hundred megabytes for each agent.
    hookTimeout: 300_000,
  },
})
