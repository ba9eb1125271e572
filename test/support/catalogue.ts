import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What opencode knows of providers beside its configuration: its own list as a whole, the vendors that have a login, or nothing. */
export type Catalogue = 'whole' | 'vendors' | 'none'

/** Without them, a login of theirs ends opencode. Their models are those of the configuration, or of the vendor's own list. */
const VENDORS = {
  'github-copilot': { name: 'GitHub Copilot', env: ['GITHUB_TOKEN'], npm: '@ai-sdk/openai-compatible', api: 'https://api.githubcopilot.com' },
  openai: { name: 'OpenAI', env: ['OPENAI_API_KEY'], npm: '@ai-sdk/openai' },
  anthropic: { name: 'Anthropic', env: ['ANTHROPIC_API_KEY'], npm: '@ai-sdk/anthropic' },
}

/**
 * The environment with it. To read its own list takes opencode two CPU seconds, and whatever it does afterwards is slower.
 * @param folder for a file; by default the one that this run's tests share, so that it has the same name for all
 */
export function catalogueEnv(catalogue: Catalogue, folder = process.env.TEST_RUN): NodeJS.ProcessEnv {
  if (catalogue === 'whole' || folder === undefined) return {}
  const vendors = catalogue === 'vendors' ? Object.entries(VENDORS).map(([id, vendor]) => [id, { id, ...vendor, models: {} }]) : []
  const file = join(folder, `models-of-${catalogue}.json`)
  // An opencode that starts meanwhile would find it empty.
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(Object.fromEntries(vendors)))
  return { OPENCODE_MODELS_PATH: file }
}
