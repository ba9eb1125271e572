import type { Model, Wire } from './model.ts'
import type { Parameters } from './prompt.ts'

/**
 * How a parameter gets to the model: `carried` to the provider, `enforced` by the bridge on the provider's answer,
 * or `ignored`, which the client is told.
 */
export type Handling = 'carried' | 'enforced' | 'ignored'

/** One row per parameter and one column per format that providers speak. The README's table is checked against it. */
export const PARAMETER_HANDLING: Record<keyof Parameters, Record<Wire, Handling>> = {
  temperature: everywhere('carried'),
  topP: everywhere('carried'),
  maxOutputTokens: everywhere('carried'),
  stop: { chat: 'carried', responses: 'enforced', messages: 'carried', gemini: 'carried', unknown: 'enforced' },
  seed: only('chat', 'gemini'),
  presencePenalty: only('chat', 'gemini'),
  frequencyPenalty: only('chat', 'gemini'),
  logitBias: only('chat'),
  logprobs: only('chat'),
  reasoningEffort: everywhere('carried'),
  verbosity: only('chat', 'responses'),
  parallelToolCalls: only('chat', 'responses', 'messages'),
  user: only('chat', 'responses', 'messages'),
  metadata: only('chat', 'responses'),
  store: only('chat', 'responses'),
  serviceTier: only('chat', 'responses'),
  prediction: only('chat'),
  // Answers are text: audio that a provider sent would be lost on its way through opencode.
  modalities: everywhere('ignored'),
}

/** The parameters of a request that its model will not see and the bridge cannot enforce. */
export function ignoredParameters(parameters: Parameters, model: Pick<Model, 'wire' | 'efforts'>): (keyof Parameters)[] {
  return present(parameters).filter(
    (name) => PARAMETER_HANDLING[name][model.wire] === 'ignored' || (name === 'reasoningEffort' && !takesEffort(model, parameters.reasoningEffort!)),
  )
}

/** Where the effort is no field of the provider's format, opencode knows only those that the model offers. */
function takesEffort({ wire, efforts }: Pick<Model, 'wire' | 'efforts'>, effort: string): boolean {
  return wire === 'chat' || wire === 'responses' || efforts.includes(effort)
}

function present(parameters: Parameters): (keyof Parameters)[] {
  return (Object.keys(parameters) as (keyof Parameters)[]).filter((name) => parameters[name] !== undefined)
}

function everywhere(handling: Handling): Record<Wire, Handling> {
  return { chat: handling, responses: handling, messages: handling, gemini: handling, unknown: handling }
}

function only(...wires: Wire[]): Record<Wire, Handling> {
  return { ...everywhere('ignored'), ...Object.fromEntries(wires.map((wire) => [wire, 'carried' as const])) }
}
