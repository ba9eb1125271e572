import type { Hooks, PluginInput } from '@opencode-ai/plugin'
import { applyPolicy } from './agent-policy.ts'
import { CallThread } from './call-thread.ts'
import type { Begun } from './calls/thread-protocol.ts'
import { type PluginSettings, PROTOCOL_VERSION, SETTINGS_VARIABLE } from './contract.ts'
import { guardFolder } from './folder-guard.ts'
import { createHooks } from './hooks.ts'
import { claimStdout, send } from './output.ts'
import { wrapFetch } from './provider-fetch.ts'
import { redactFetch } from './redacted-fetch.ts'
import { reportModels } from './report-models.ts'
import { BridgeState, REQUIRED_HOOKS } from './state.ts'
import { warmUp } from './warm-up.ts'

const state = new BridgeState(JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as PluginSettings)
let begun = false

if (state.settings.task === 'agents') endWithDaemon()
else claimStdout()
const { redact } = state.settings
globalThis.fetch = wrapFetch(redact ? redactFetch(globalThis.fetch, redact) : globalThis.fetch, state, (id) => state.findRequest(id)?.request)

/**
 * The plugin that opencode loads. opencode calls it once per instance, so again after the warm-up's dispose, and for
 * every directory. The module exports nothing else: opencode takes every exported function for a plugin.
 */
export default async function bridge(input: PluginInput): Promise<Hooks> {
  const { task } = state.settings
  if (task === 'agents') {
    return {
      config: async (config) => applyPolicy(config, state.settings),
      'tool.execute.before': async (_, { args }) => guardFolder(input.directory, args as Record<string, unknown>),
    }
  }
  if (!begun) {
    begun = true
    send({ type: 'hello', protocol: PROTOCOL_VERSION })
    // Not awaited: opencode serves its own client only once every plugin has returned.
    void prepare(input.client)
  }
  return createHooks(state, input)
}

/** Its pipe ends with it; the other tasks read theirs anyway. Where there is a watcher, that is quicker. */
function endWithDaemon(): void {
  process.stdin.on('end', () => process.exit(0)).resume()
}

async function prepare(client: PluginInput['client']): Promise<void> {
  const { agent, reportsModels } = state.settings
  try {
    const [{ forms, model }] = await Promise.all([beginCalls(client), reportsModels && reportModels(client)])
    // Where calls can be made without a session, hardly any request needs one; learning has called every hook, too.
    if (!forms.some(({ form }) => form)) await warmUp(client, agent, model)
    const missing = REQUIRED_HOOKS.filter((hook) => !state.seen.has(hook))
    if (missing.length > 0) throw new Error(`this opencode did not call the hooks ${missing.join(', ')}`)
    send({ type: 'ready', forms })
  } catch (error) {
    send({ type: 'unfit', message: error instanceof Error ? error.message : JSON.stringify(error) })
  }
}

/** Calls to providers, where commands can ask for them; learns how the model is called that will most likely be asked for. */
async function beginCalls(client: PluginInput['client']): Promise<Begun> {
  const { task, bare, sessionsOnly, warmModel } = state.settings
  const commands = state.settings.commands ?? (task === 'resident' ? 0 : undefined)
  if (commands === undefined) return { forms: [], model: warmModel }
  return new CallThread(state, client).begin({ commands, warmModel, learns: bare && !sessionsOnly })
}
