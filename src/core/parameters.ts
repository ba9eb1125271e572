import type { Model, Wire } from './model.ts'
import type { Parameters } from './prompt.ts'

/**
 * How a parameter gets to the model: `carried` to the provider, `enforced` by the bridge on the provider's answer, or
 * `ignored`, which the client is told. A `hint` is ignored as well, but the answer would be the same with it.
 */
export type Handling = 'carried' | 'enforced' | 'ignored' | 'hint'

/** One row per parameter and one column per format that providers speak. The README's table is checked against it. */
export const PARAMETER_HANDLING: Record<keyof Parameters, Record<Wire, Handling>> = {
  temperature: everywhere('carried'),
  topP: everywhere('carried'),
  topK: only('messages', 'gemini'),
  maxOutputTokens: everywhere('carried'),
  stop: { chat: 'carried', responses: 'enforced', messages: 'carried', gemini: 'carried', unknown: 'enforced' },
  seed: only('chat', 'gemini'),
  presencePenalty: only('chat', 'gemini'),
  frequencyPenalty: only('chat', 'gemini'),
  logitBias: only('chat'),
  logprobs: only('chat'),
  reasoningEffort: everywhere('carried'),
  reasoningMode: everywhere('carried'),
  reasoningBudget: everywhere('carried'),
  // Providers without a way to say it show what there is, and the bridge leaves it out for who does not want it.
  reasoningDisplay: { ...everywhere('carried'), chat: 'enforced', unknown: 'enforced' },
  verbosity: only('chat', 'responses'),
  parallelToolCalls: only('chat', 'responses', 'messages'),
  user: hint('chat', 'responses', 'messages'),
  metadata: hint('chat', 'responses'),
  store: only('chat', 'responses'),
  serviceTier: only('chat', 'responses'),
  // It makes an answer come sooner.
  prediction: hint('chat'),
  // Answers are text: audio that a provider sent would be lost on its way through opencode.
  modalities: everywhere('ignored'),
}

/** A parameter that the model of a request will not see and the bridge cannot enforce. */
export interface IgnoredParameter {
  name: keyof Parameters
  /** Whether the answer is the same without it. */
  hint: boolean
}

/** All of them that a request has. */
export function ignoredParameters(parameters: Parameters, model: Pick<Model, 'wire' | 'efforts'>): IgnoredParameter[] {
  return present(parameters).flatMap((name) => {
    const handling = PARAMETER_HANDLING[name][model.wire]
    const ignored = handling === 'ignored' || handling === 'hint' || (name === 'reasoningEffort' && !takesEffort(model, parameters.reasoningEffort!))
    return ignored ? [{ name, hint: handling === 'hint' }] : []
  })
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
  return carriedBy(wires, 'ignored')
}

function hint(...wires: Wire[]): Record<Wire, Handling> {
  return carriedBy(wires, 'hint')
}

function carriedBy(wires: Wire[], elsewhere: Handling): Record<Wire, Handling> {
  return { ...everywhere(elsewhere), ...Object.fromEntries(wires.map((wire) => [wire, 'carried' as const])) }
}
