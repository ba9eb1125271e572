import type { Hooks, PluginInput } from '@opencode-ai/plugin'
import { type PluginSettings, PROTOCOL_VERSION, SETTINGS_VARIABLE } from './contract.ts'
import { type BridgeState, createHooks, REQUIRED_HOOKS } from './hooks.ts'
import { claimStdout, send } from './output.ts'
import { reportModels } from './probe.ts'
import { wrapFetch } from './provider-fetch.ts'
import { warmUp } from './warm-up.ts'

const state: BridgeState = {
  settings: JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as PluginSettings,
  requests: new Map(),
  seen: new Set(),
}
let begun = false

claimStdout()
globalThis.fetch = wrapFetch(globalThis.fetch, (id) =>
  [...state.requests.values()].find(({ request }) => request.envelope.id === id)?.request,
)

/**
 * The plugin that opencode loads. opencode calls it once per instance, so again after the warm-up's dispose.
 * The module exports nothing else: opencode takes every exported function for a plugin.
 */
export default async function bridge({ client }: PluginInput): Promise<Hooks> {
  if (!begun) {
    begun = true
    send({ type: 'hello', protocol: PROTOCOL_VERSION })
    // Not awaited: opencode serves its own client only once every plugin has returned.
    void prepare(client)
  }
  return createHooks(state, client)
}

async function prepare(client: PluginInput['client']): Promise<void> {
  try {
    if (state.settings.task === 'probe') return await reportModels(client)
    await warmUp(client, state.settings)
    const missing = REQUIRED_HOOKS.filter((hook) => !state.seen.has(hook))
    if (missing.length > 0) throw new Error(`this opencode did not call the hooks ${missing.join(', ')}`)
    send({ type: 'ready' })
  } catch (error) {
    send({ type: 'unfit', message: error instanceof Error ? error.message : JSON.stringify(error) })
  }
}
