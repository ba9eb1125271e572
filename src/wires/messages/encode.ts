import type { OutputFormat, Prompt, SystemMessage } from '../../core/prompt.ts'
import { present } from '../shared/present.ts'
import { toolNamesOf } from '../shared/tool-names.ts'
import { toConversation } from '../shared/turns.ts'
import type { Target } from '../wire.ts'
import type { Block, WireMessage } from './block.ts'
import { addBreakpoints, limitBreakpoints, setsBreakpoints } from './cache.ts'
import { callIds } from './call-ids.ts'
import { claudeOf } from './claude.ts'
import { encodeContent, isBlank } from './encode-content.ts'
import { encodeTools } from './encode-tools.ts'
import { encodeTurns } from './encode-turns.ts'
import { closedSchema } from './output-schema.ts'
import { encodeSampling } from './sampling.ts'
import { planThinking } from './thinking.ts'

type Json = Record<string, unknown>

/**
 * Writes the body of Anthropic's `POST /v1/messages`.
 * @throws BridgeError 400 for a file that the format has no place for
 */
export function encode(prompt: Prompt, target: Target): Json {
  const { model, form, stream } = target
  const claude = claudeOf(target)
  const plan = planThinking(prompt, target)
  const thinks = plan.thinking !== undefined && plan.thinking.type !== 'disabled'
  const { system, turns } = toConversation(prompt.messages)
  const systemBlocks = encodeSystem(system)
  const messages = encodeTurns(turns, {
    ids: callIds(prompt.messages),
    names: toolNamesOf(prompt),
    model: model.id,
    thinkingFirst: plan.thinking?.type === 'enabled',
    thinks,
  })
  const tools = encodeTools(prompt, claude)
  placeBreakpoints(prompt, target, systemBlocks, messages, tools)
  return {
    ...configuredFields(target),
    ...addressee(target),
    max_tokens: plan.maxTokens,
    ...(systemBlocks.length > 0 && { system: systemBlocks }),
    messages,
    ...tools,
    ...present({ thinking: plan.thinking, output_config: encodeOutput(prompt.output, plan.effort, form.configured) }),
    ...encodeSampling(withConfigured(prompt, target), claude, thinks),
    ...present({
      stop_sequences: prompt.parameters.stop ? carriedStops(prompt.parameters.stop) : undefined,
      metadata: prompt.parameters.user === undefined ? undefined : { user_id: prompt.parameters.user },
    }),
    ...(stream && { stream: true }),
  }
}

/** Anthropic refuses stop sequences without a letter in them. */
export function carriedStops(stop: readonly string[]): string[] | undefined {
  const carried = stop.filter((text) => !isBlank(text))
  return carried.length > 0 ? carried : undefined
}

function encodeSystem(system: readonly SystemMessage[]): Block[] {
  return encodeContent(system.map(({ content, cache }) => ({ type: 'text', text: content, ...(cache && { cache }) })))
}

/** Google's cloud has the model in the address, and the version of the format in the body. */
function addressee({ form }: Target): Json {
  const { anthropic_version: version } = form.defaults
  return version === undefined ? { model: form.apiModel } : { anthropic_version: version }
}

function placeBreakpoints(prompt: Prompt, { form }: Target, system: Block[], messages: WireMessage[], tools: Json): void {
  // With that field Anthropic keeps what it finds right.
  if (!setsBreakpoints(prompt) && form.configured.cache_control === undefined) addBreakpoints(system, messages)
  limitBreakpoints([...((tools.tools ?? []) as Json[]), ...system, ...messages.flatMap(({ content }) => content)])
}

function encodeOutput(output: OutputFormat, effort: string | undefined, configured: Json): Json | undefined {
  const format = output.type === 'json-schema' ? { type: 'json_schema', schema: closedSchema(output.schema) ?? output.schema } : undefined
  const { effort: _effort, ...others } = (configured.output_config ?? {}) as Json
  const config = present({ ...others, effort, format })
  return Object.keys(config).length > 0 ? config : undefined
}

/** What the user's configuration asks for, where a client says nothing; the fields that depend on others are written apart. */
function configuredFields({ form }: Target): Json {
  const { thinking: _thinking, output_config: _config, temperature: _temperature, top_p: _topP, top_k: _topK, ...others } = form.configured
  return others
}

function withConfigured({ parameters }: Prompt, { form }: Target): Prompt['parameters'] {
  const { temperature, top_p: topP, top_k: topK } = form.configured as Record<string, number | undefined>
  return { ...present({ temperature, topP, topK }), ...present({ ...parameters }) }
}
