import { type AccessOptions, needsProof } from '../../access/options.ts'
import type { Config } from '../../config/schema.ts'
import type { Model } from '../../core/model.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import { defaultModel } from '../../models/names.ts'
import { connectCopilot } from './connect-copilot.ts'
import { count } from './format.ts'
import { command } from '../command-line/called-as.ts'

const PROVIDERS_SHOWN = 6
const MODELS_SHOWN = 3

/**
 * What `start` prints once requests may come: where, which models, a line to paste.
 * @param ready whether the next request would be answered at once
 */
export function renderBanner(daemon: Daemon, config: Config, version: string, ready: boolean): string {
  const models = daemon.models()
  const sections = [
    `opencode-bridge ${version} ${ready ? 'is ready' : 'listens, but no opencode process is ready'}: ${daemon.url}/v1`,
    ...(daemon.degraded ? [`PLAIN MODE: prompts are flattened, tools and parameters are lost. ${daemon.degraded}`] : []),
    daemon.demo ? `DEMO: no model provider is connected, so there is only demo/echo, which repeats what you say.\n${connectCopilot}` : listModels(models),
    ...(models.length > 0 ? [`Try it:\n${curl(daemon.url, defaultModel({ models, defaultModels: config.defaultModels }), config)}`] : []),
  ]
  return `${sections.join('\n\n')}\n`
}

function listModels(models: Model[]): string {
  if (models.length === 0) return `No models.\n${connectCopilot}`
  const providers = [...new Set(models.map(({ provider }) => provider))]
  const lines = providers.slice(0, PROVIDERS_SHOWN).map((name) => {
    const ids = models.filter(({ provider }) => provider === name).map(({ id }) => id)
    const shown = ids.slice(0, MODELS_SHOWN)
    return `  ${name} (${ids.length}): ${shown.join(', ')}${ids.length > shown.length ? ', …' : ''}`
  })
  const hidden = providers.length - lines.length
  if (hidden > 0) lines.push(`  and ${count(hidden, 'more provider')}; ${command} models lists all`)
  return `${count(models.length, 'model')}:\n${lines.join('\n')}`
}

function curl(url: string, model: string, config: AccessOptions): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] })
  return [`  curl ${url}/v1/chat/completions`, ...proof(config), `    -H 'Content-Type: application/json'`, `    -d '${body}'`].join(' \\\n')
}

/** How curl shows who asks; a secret is named, never shown. */
function proof({ apiKeys, serverPassword, ...config }: AccessOptions): string[] {
  if (apiKeys.length > 0) return ['    -H "Authorization: Bearer $OPENCODE_BRIDGE_API_KEY"']
  if (serverPassword !== undefined) return ['    -u "opencode:<password>"']
  return needsProof({ apiKeys, ...config }) ? ['    -H "Authorization: Bearer <token>"'] : []
}
