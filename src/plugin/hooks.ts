import type { Hooks, PluginInput } from '@opencode-ai/plugin'
import { applyPolicy } from './agent-policy.ts'
import { defineTool, permissionRules, toToolMap } from './client-tools.ts'
import { parseEnvelope, type PluginSettings } from './contract.ts'
import { guardFolder } from './folder-guard.ts'
import { seeParams } from './learn-form.ts'
import { leadingSystem, type StoredMessage, toStoredMessages } from './messages.ts'
import { AGENT_PROMPT, preambleOf } from './preamble.ts'
import { REQUEST_HEADER } from './provider-fetch.ts'
import type { BridgeState } from './state.ts'
import type { BusEvent } from './stream.ts'

/** The text of the prompt that warms a process up. */
export const WARM_UP_TEXT = 'opencode-bridge warm-up'

/** Thrown to end the warm-up's turn in the last hook before the provider is called. */
const WARM_UP_STOP = 'opencode-bridge: warm-up ends here'

/** The hooks that carry requests into opencode and their answers out, for one initialisation of the plugin. */
export function createHooks(state: BridgeState, { client, directory }: Pick<PluginInput, 'client' | 'directory'>): Hooks {
  const { settings, requests, seen, learner } = state
  const tools = () => (settings.bare ? (state.tools.get(directory) ?? []) : [])

  return {
    // opencode reads this once per instance, in its first prompt after the warm-up, when the request is known.
    get tool() {
      return toToolMap(tools())
    },

    // opencode's own tools, which only its own agents have.
    ...(!settings.bare && { 'tool.execute.before': async (_, { args }) => guardFolder(directory, args as Record<string, unknown>) }),

    'tool.definition': async (input, output) => defineTool(tools(), input, output),

    config: async (config) => {
      seen.add('config')
      Object.assign(config, quietConfig(config as Record<string, any>, settings))
      if (!settings.bare) applyPolicy(config, settings)
    },

    'chat.message': async (input, output) => {
      seen.add('chat.message')
      const text = output.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
      if (text === WARM_UP_TEXT || learner.prompts.has(input.sessionID) || requests.has(input.sessionID)) return
      const envelope = parseEnvelope(text.trim())
      // Nothing but a request of the bridge may reach a model from this process.
      if (!envelope) throw new Error('opencode-bridge: the prompt is not a request')
      const path = { id: input.sessionID }
      state.begin(envelope, input.sessionID, () => void client.session.abort({ path }).catch(() => {}))
      // opencode stores this part; the request itself must not be on disk.
      output.parts.splice(1)
      Object.assign(output.parts[0]!, { text: '-' })
      // The variant that a model has for an effort holds the options its provider wants; others ignore it.
      const variant = envelope.parameters.reasoningEffort
      output.message.model = Object.assign({ ...envelope.model }, variant && { variant })
      if (!settings.bare || envelope.tools.length === 0) return
      state.tools.set(directory, envelope.tools)
      // Newer than the types of the client.
      const body = { permission: permissionRules(envelope.tools) } as Record<string, unknown>
      await client.session.update({ path, body, throwOnError: true })
    },

    'experimental.chat.messages.transform': async (_input, output) => {
      seen.add('messages.transform')
      const stored = output.messages as unknown as StoredMessage[]
      const base = stored.findLast((message) => message.info.role === 'user')?.info
      const active = base && requests.get(base.sessionID)
      if (!active) return
      const answered = stored.findLast((message) => message.info.role === 'assistant')
      if (answered && (settings.bare || answered.info.finish === 'unknown')) {
        // opencode starts another step when a stream ends without a finish reason, and would do so for ever.
        active.request.end()
        active.abort()
        await new Promise(() => {})
      }
      const history = toStoredMessages(active.request.envelope, base)
      const begun = stored.findIndex((message) => message.info.id === base.id)
      output.messages.splice(0, begun + 1, ...(history as unknown as typeof output.messages))
    },

    'experimental.chat.system.transform': async (input, output) => {
      seen.add('system.transform')
      const preamble = preambleOf(output.system)
      if (learner.prompts.has(input.sessionID ?? '')) output.system.splice(0, Infinity, ...preamble, AGENT_PROMPT)
      const active = requests.get(input.sessionID ?? '')
      if (!active) return
      const own = leadingSystem(active.request.envelope.messages)
      if (!settings.bare) output.system.push(...own)
      else output.system.splice(0, Infinity, ...preamble.filter((text) => !own[0]?.startsWith(text)), ...own)
    },

    'chat.params': async (input, output) => {
      seen.add('chat.params')
      const dry = learner.prompts.get(input.sessionID)
      if (dry) seeParams(dry, input, output)
      const active = requests.get(input.sessionID)
      if (!active) return
      const { temperature, topP, topK, maxOutputTokens } = active.request.envelope.parameters
      const asked = { temperature, topP, topK, maxOutputTokens }
      // opencode fills in defaults of its own; what the client left out is the provider's to decide, or the agent's.
      Object.assign(output, settings.bare ? asked : Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)))
    },

    'chat.headers': async (input, output) => {
      seen.add('chat.headers')
      const mark = learner.prompts.get(input.sessionID)?.mark ?? requests.get(input.sessionID)?.request.envelope.id
      if (mark === undefined) throw new Error(WARM_UP_STOP)
      output.headers[REQUEST_HEADER] = mark
    },

    event: async ({ event }) => {
      const { type, properties } = event as BusEvent
      const sessionID = properties.sessionID ?? properties.part?.sessionID ?? properties.info?.sessionID
      const active = requests.get(sessionID)
      if (!active) return
      if (type === 'permission.asked' && settings.task === 'resident') {
        // `opencode run` says no by itself.
        const path = { id: sessionID, permissionID: properties.id }
        void client.postSessionIdPermissionsPermissionId({ path, query: { directory }, body: { response: 'reject' } }).catch(() => {})
      }
      active.stream.handle({ type, properties })
    },
  }
}

/** The user's configuration with everything switched off that is not the model: less to start, nothing to leak in. */
function quietConfig(config: Record<string, any>, { agent, bare }: PluginSettings): Record<string, unknown> {
  const always = { share: 'disabled', snapshot: false, compaction: { ...config.compaction, auto: false, prune: false } }
  if (!bare) return always
  const mcp = Object.fromEntries(Object.entries(config.mcp ?? {}).map(([name, server]) => [name, { ...(server as object), enabled: false }]))
  return {
    ...always,
    mcp,
    instructions: [],
    lsp: false,
    formatter: false,
    agent: { ...config.agent, [agent]: { mode: 'primary', prompt: AGENT_PROMPT, permission: { '*': 'deny', doom_loop: 'allow' } } },
  }
}
