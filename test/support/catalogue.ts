import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What has opencode know no provider but those of its configuration, where a test needs no other: to read its own list takes
 * two CPU seconds. A configuration that a test makes itself is read with all of it.
 * @param folder for a file; by default the one that this run's tests share, so that it has the same name for all
 */
export function withoutCatalogue(folder = process.env.TEST_RUN): NodeJS.ProcessEnv {
  if (folder === undefined) return {}
  const file = join(folder, 'no-models.json')
  // An opencode that starts meanwhile would find it empty.
  if (!existsSync(file)) writeFileSync(file, '{}')
  return { OPENCODE_MODELS_PATH: file }
}
