import { type Json, isBlank, isRecord, unknownKey, words } from '../check.ts'
import { anthropicRefusal, extraInput, invalid, required } from './errors.ts'
import { traitsOf } from './models.ts'

/** From `MessageCreateParamsBase` of @anthropic-ai/sdk 1.11 and its sampling parameters. */
const KEYS = words(`
  max_tokens messages model cache_control container diagnostics inference_geo metadata output_config service_tier speed
  stop_sequences stream system temperature thinking tool_choice tools top_k top_p user_profile_id workspace_id
`)

/** Fields that only the header `anthropic-beta` opens, and what it has to name. */
const BETA_KEYS: Record<string, string> = { context_management: 'context-management-2025-06-27' }

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max']
const THINKING_KEYS: Record<string, ReadonlySet<string>> = {
  enabled: new Set(['type', 'budget_tokens', 'display']),
  adaptive: new Set(['type', 'display']),
  disabled: new Set(['type']),
  between_tools: new Set(['type']),
}
const BINDING_BETA = 'thinking-binding-controls-2026-08-01'

export interface Thinking {
  mode: 'enabled' | 'adaptive' | 'disabled'
  /** Whether its text stays in the answer. */
  shown: boolean
  /** Whether it thinks again after results. */
  interleaved: boolean
  /** What happens to a block whose conversation was changed. */
  onPrefixMismatch: 'error' | 'drop_block'
}

/** Checks everything of a Messages request beside messages and tools. */
export function checkParameters(body: Json, betas: readonly string[]): Thinking {
  const opened = Object.keys(BETA_KEYS).filter((key) => betas.includes(BETA_KEYS[key]!))
  const stranger = unknownKey(body, new Set([...KEYS, ...opened]))
  if (stranger !== undefined) throw extraInput(stranger)
  for (const key of ['model', 'max_tokens', 'messages']) if (isBlank(body[key])) throw required(key)
  if (typeof body.model !== 'string') throw invalid('model', 'Input should be a valid string')
  if (!Number.isInteger(body.max_tokens)) throw invalid('max_tokens', 'Input should be a valid integer')
  if (body.max_tokens < 1) throw invalid('max_tokens', 'Input should be greater than or equal to 1')
  if (!isBlank(body.stream) && typeof body.stream !== 'boolean') throw invalid('stream', 'Input should be a valid boolean')
  if (!isBlank(body.stop_sequences)) checkStopSequences(body.stop_sequences)
  if (!isBlank(body.output_config?.effort) && !EFFORTS.includes(body.output_config.effort))
    throw invalid('output_config.effort', `Input should be ${EFFORTS.map((word) => `'${word}'`).join(', ')}`)
  const thinking = checkThinking(body, betas)
  checkSampling(body, thinking)
  return thinking
}

function checkStopSequences(stops: unknown): void {
  if (!Array.isArray(stops)) throw invalid('stop_sequences', 'Input should be a valid array')
  stops.forEach((stop, index) => {
    if (typeof stop !== 'string') throw invalid(`stop_sequences.${index}`, 'Input should be a valid string')
    if (stop.trim() === '') throw anthropicRefusal('stop-sequence', 'stop_sequences: each stop sequence must contain non-whitespace')
  })
}

function checkThinking(body: Json, betas: readonly string[]): Thinking {
  const traits = traitsOf(body.model)
  const config = body.thinking
  const interleaves = betas.includes('interleaved-thinking-2025-05-14')
  if (isBlank(config))
    return { mode: traits.thinksByDefault ? 'adaptive' : 'disabled', shown: !traits.adaptiveOnly, interleaved: true, onPrefixMismatch: 'error' }
  if (!isRecord(config)) throw invalid('thinking', 'Input should be an object')
  const known = THINKING_KEYS[config.type]
  if (!known)
    throw invalid(
      'thinking',
      `Input tag '${config.type}' found using 'type' does not match any of the expected tags: 'adaptive', 'between_tools', 'disabled', 'enabled'`,
    )
  const { block_binding: binding, ...rest } = config
  if (binding !== undefined && !betas.includes(BINDING_BETA)) throw extraInput(`thinking.${config.type}.block_binding`)
  const stranger = unknownKey(rest, known)
  if (stranger !== undefined) throw extraInput(`thinking.${config.type}.${stranger}`)
  if (!isBlank(config.display) && !['summarized', 'omitted'].includes(config.display))
    throw invalid(`thinking.${config.type}.display`, "Input should be 'summarized' or 'omitted'")
  if (config.type === 'enabled') checkBudget(body, traits.adaptiveOnly, interleaves)
  const shown = (config.display ?? (traits.adaptiveOnly ? 'omitted' : 'summarized')) === 'summarized'
  const mode = config.type === 'enabled' || config.type === 'disabled' ? config.type : 'adaptive'
  return { mode, shown, interleaved: mode === 'adaptive' || interleaves, onPrefixMismatch: binding?.prefix_mismatch_behavior ?? 'error' }
}

function checkBudget({ thinking, max_tokens }: Json, adaptiveOnly: boolean, interleaves: boolean): void {
  if (adaptiveOnly)
    throw anthropicRefusal(
      'thinking-type',
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    )
  if (isBlank(thinking.budget_tokens)) throw required('thinking.enabled.budget_tokens')
  if (!Number.isInteger(thinking.budget_tokens)) throw invalid('thinking.enabled.budget_tokens', 'Input should be a valid integer')
  if (thinking.budget_tokens < 1024) throw anthropicRefusal('thinking-budget', 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
  // Interleaved, the budget is that of a whole turn.
  if (thinking.budget_tokens >= max_tokens && !interleaves) {
    throw anthropicRefusal(
      'thinking-budget',
      '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size',
    )
  }
}

function checkSampling(body: Json, { mode }: Thinking): void {
  const { temperature, top_p, top_k, tool_choice } = body
  for (const [name, value] of Object.entries({ temperature, top_p })) {
    if (isBlank(value)) continue
    if (typeof value !== 'number') throw invalid(name, 'Input should be a valid number')
    if (value < 0 || value > 1) throw anthropicRefusal('range', `${name}: range: 0..1`)
  }
  if (!isBlank(top_k) && !Number.isInteger(top_k)) throw invalid('top_k', 'Input should be a valid integer')
  if (traitsOf(body.model).adaptiveOnly) {
    for (const [name, value] of Object.entries({ temperature, top_p, top_k })) {
      if (!isBlank(value) && value !== 1) throw anthropicRefusal('sampling', `\`${name}\` is deprecated for this model.`)
    }
  }
  if (mode === 'disabled') return
  if (!isBlank(temperature) && temperature !== 1)
    throw anthropicRefusal(
      'thinking-temperature',
      '`temperature` may only be set to 1 when thinking is enabled. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking',
    )
  if (!isBlank(top_k)) throw anthropicRefusal('thinking-top-k', '`top_k` must be unset when thinking is enabled.')
  if (!isBlank(top_p) && top_p < 0.95)
    throw anthropicRefusal('thinking-top-p', '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.')
  if (['any', 'tool'].includes(tool_choice?.type))
    throw anthropicRefusal('thinking-forced-tool', 'Thinking may not be enabled when tool_choice forces tool use.')
}
