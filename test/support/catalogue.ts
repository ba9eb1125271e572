import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What has opencode know no provider but those of its configuration, where a test needs no other: to read its own list takes
 * two CPU seconds. A configuration that a test makes itself is read with all of it.
 */
export function withoutCatalogue(): NodeJS.ProcessEnv {
  const run = process.env.TEST_RUN
  if (run === undefined) return {}
  const file = join(run, 'no-models.json')
  if (!existsSync(file)) writeFileSync(file, '{}')
  return { OPENCODE_MODELS_PATH: file }
}
