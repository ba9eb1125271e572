import type { Hooks, PluginInput } from '@opencode-ai/plugin'
import { parseEnvelope, type PluginSettings } from './contract.ts'
import { leadingSystem, type StoredMessage, toStoredMessages } from './messages.ts'
import { REQUEST_HEADER } from './provider-fetch.ts'
import { ActiveRequest } from './request.ts'
import { AnswerStream, type BusEvent } from './stream.ts'

/** The text of the prompt that warms a process up. */
export const WARM_UP_TEXT = 'opencode-bridge warm-up'

/** Thrown to end the warm-up's turn in the last hook before the provider is called. */
const WARM_UP_STOP = 'opencode-bridge: warm-up ends here'

/** Hooks without which a request would reach the model maimed; the warm-up must have seen each of them. */
export const REQUIRED_HOOKS = ['config', 'chat.message', 'messages.transform', 'system.transform', 'chat.params', 'chat.headers'] as const
export type RequiredHook = (typeof REQUIRED_HOOKS)[number]

/** What outlives opencode's re-initialisation of the plugin: one object per process. */
export interface BridgeState {
  settings: PluginSettings
  requests: Map<string, { request: ActiveRequest; stream: AnswerStream }>
  seen: Set<RequiredHook>
}

/** The hooks that carry a request into opencode and its answer out, for one initialisation of the plugin. */
export function createHooks(state: BridgeState, client: PluginInput['client']): Hooks {
  const { settings, requests, seen } = state
  const abort = (sessionID: string) => void client.session.abort({ path: { id: sessionID } }).catch(() => {})

  return {
    config: async (config) => {
      seen.add('config')
      Object.assign(config, quietConfig(config as Record<string, any>, settings))
    },

    'chat.message': async (input, output) => {
      seen.add('chat.message')
      const text = output.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
      if (text === WARM_UP_TEXT) return
      const envelope = parseEnvelope(text.trim())
      // Nothing but a request of the bridge may reach a model from this process.
      if (!envelope) throw new Error('opencode-bridge: the prompt is not a request')
      const request = new ActiveRequest(envelope, input.sessionID)
      requests.set(input.sessionID, { request, stream: new AnswerStream(request, { abort: () => abort(input.sessionID), singleStep: settings.bare }) })
      // opencode stores this part; the request itself must not be on disk.
      output.parts.splice(1)
      Object.assign(output.parts[0]!, { text: '-' })
      output.message.model = envelope.model
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
        abort(base.sessionID)
        await new Promise(() => {})
      }
      const history = toStoredMessages(active.request.envelope, base)
      const begun = stored.findIndex((message) => message.info.id === base.id)
      output.messages.splice(0, begun + 1, ...(history as unknown as typeof output.messages))
    },

    'experimental.chat.system.transform': async (input, output) => {
      seen.add('system.transform')
      const active = requests.get(input.sessionID ?? '')
      if (!active) return
      if (settings.bare) output.system.length = 0
      output.system.push(...leadingSystem(active.request.envelope.messages))
    },

    'chat.params': async (input, output) => {
      seen.add('chat.params')
      const active = requests.get(input.sessionID)
      if (!active || !settings.bare) return
      const { temperature, topP, maxOutputTokens } = active.request.envelope.sampling
      // opencode fills in defaults of its own; what the client left out is the provider's to decide.
      Object.assign(output, { temperature, topP, topK: undefined, maxOutputTokens })
    },

    'chat.headers': async (input, output) => {
      seen.add('chat.headers')
      const active = requests.get(input.sessionID)
      if (!active) throw new Error(WARM_UP_STOP)
      output.headers[REQUEST_HEADER] = active.request.envelope.id
    },

    event: async ({ event }) => {
      const { type, properties } = event as BusEvent
      const sessionID = properties.sessionID ?? properties.part?.sessionID ?? properties.info?.sessionID
      requests.get(sessionID)?.stream.handle({ type, properties })
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
    agent: { ...config.agent, [agent]: { mode: 'primary', prompt: '-', permission: { '*': 'deny', doom_loop: 'allow' } } },
  }
}
