import { isObject } from '../../core/json-value.ts'
import type { Prompt } from '../../core/prompt.ts'
import { chooseEffort, type EffortChoice, isStopped, saysHowToThink } from '../shared/effort-choice.ts'
import { schemaOf } from '../shared/openai-body.ts'
import { present } from '../shared/present.ts'
import { isOpenAI } from '../shared/providers.ts'
import type { Target } from '../wire.ts'
import type { Dialect } from './dialect.ts'
import { lacksDetails } from './encode-reasoning.ts'

type Json = Record<string, unknown>

/** The fields of a body that shape the answer. */
export function encodeParameters(prompt: Prompt, target: Target, dialect: Dialect): Json {
  const { parameters, output } = prompt
  const { logprobs, maxOutputTokens } = parameters
  return present({
    [tokensField(target)]: maxOutputTokens,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    stop: parameters.stop,
    [dialect.mistral ? 'random_seed' : 'seed']: parameters.seed,
    presence_penalty: parameters.presencePenalty,
    frequency_penalty: parameters.frequencyPenalty,
    logit_bias: parameters.logitBias,
    logprobs: logprobs === undefined ? undefined : true,
    top_logprobs: logprobs || undefined,
    verbosity: parameters.verbosity,
    user: parameters.user,
    metadata: parameters.metadata,
    store: parameters.store,
    service_tier: parameters.serviceTier,
    prediction: parameters.prediction,
    response_format: encodeFormat(output),
    ...planEffort(prompt, target, dialect).fields,
  })
}

/** The name that opencode uses for this model, else the one that everybody takes but OpenAI's reasoning models. */
function tokensField({ form }: Target): string {
  const used = ['max_completion_tokens', 'max_tokens'].find((name) => name in form.configured || name in form.defaults)
  return used ?? (isOpenAI(form) && /^(o\d|gpt-([5-9]|\d\d))/.test(form.apiModel) ? 'max_completion_tokens' : 'max_tokens')
}

function encodeFormat(output: Prompt['output']): Json | undefined {
  switch (output.type) {
    case 'json':
      return { type: 'json_object' }
    case 'json-schema':
      return { type: 'json_schema', json_schema: schemaOf(output) }
    default:
      return undefined
  }
}

/** Fields for how much a model thinks; where one is said, what the others are configured to is beside the point. */
const REASONING: readonly string[] = ['reasoning', 'reasoning_effort', 'thinking', 'enable_thinking']

/** What of the user's configuration the client leaves open. */
export function leftOpen(configured: Json, { parameters }: Pick<Prompt, 'parameters'>): Json {
  if (!saysHowToThink(parameters)) return configured
  return Object.fromEntries(Object.entries(configured).filter(([name]) => !REASONING.includes(name)))
}

interface EffortPlan {
  fields: Json
  choice?: EffortChoice
  /** Whether thinking was asked for that the request has to do without. */
  leftOut?: boolean
}

/** How the wish for thinking is written, and what becomes of it. */
export function planEffort(prompt: Pick<Prompt, 'parameters' | 'messages'>, target: Pick<Target, 'model' | 'form'>, dialect: Dialect): EffortPlan {
  const { parameters } = prompt
  if (isLeftOut(prompt, target, dialect)) return { fields: { reasoning: { enabled: false } }, leftOut: true }
  const off = isStopped(parameters) ? encodeOff(target, dialect) : undefined
  if (off) return { fields: off }
  const { reasoningMode, reasoningBudget, reasoningEffort } = parameters
  if (dialect.reasoningObject && reasoningEffort === undefined) {
    if (reasoningBudget !== undefined) return { fields: { reasoning: { max_tokens: reasoningBudget } } }
    return { fields: { reasoning: reasoningMode === 'adaptive' ? { enabled: true } : undefined } }
  }
  const choice = chooseEffort(parameters, target.model)
  const { effort } = choice
  return { fields: dialect.reasoningObject ? { reasoning: { effort } } : { reasoning_effort: effort }, choice }
}

/** Claude, behind OpenRouter, refuses to think on in a turn that came back without its tokens. */
function isLeftOut(prompt: Pick<Prompt, 'parameters' | 'messages'>, target: Pick<Target, 'model' | 'form'>, dialect: Dialect): boolean {
  const { parameters } = prompt
  const { form } = target
  const isAsked = saysHowToThink(parameters) ? !isStopped(parameters) : form.configured.reasoning !== undefined
  return isAsked && Boolean(dialect.reasoningObject) && /claude|anthropic/i.test(form.apiModel) && lacksDetails(prompt, target, dialect)
}

/** The switch of a provider that has one; opencode's own call shows which. */
function encodeOff({ form }: Pick<Target, 'form'>, { reasoningObject }: Dialect): Json | undefined {
  if (reasoningObject) return { reasoning: { enabled: false } }
  const { thinking, enable_thinking: enabled } = { ...form.defaults, ...form.configured }
  if (isObject(thinking)) return { thinking: { type: 'disabled' } }
  return enabled === undefined ? undefined : { enable_thinking: false }
}
