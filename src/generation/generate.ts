import type { AnswerEvent } from '../core/answer-event.ts'
import type { Model } from '../core/model.ts'
import { PARAMETER_HANDLING } from '../core/parameters.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Adaption, Run } from './adaption.ts'
import { instructedOutput } from './output/instructed-output.ts'
import { instructedFormat, sessionCarriesOutput } from './output/prompt.ts'
import type { GenerationSettings } from './settings.ts'
import { enforceStop } from './stop.ts'
import { joinSystem } from './system.ts'
import { jsonTools } from './tools/json-tools.ts'
import { callsInText, needsJsonTools } from './tools/prompt.ts'

export type { GenerationSettings } from './settings.ts'

/**
 * `run` with everything that the model's provider lacks and the bridge can give: tools, structured output, stop
 * sequences. The stream ends with `finish` or throws a `BridgeError`; leaving it early ends the call.
 * @param carriesOutput whether `run` has the provider hold the model to the output format; by default as a session has
 */
export function generate(
  run: Run,
  prompt: Prompt,
  model: Model,
  settings: GenerationSettings,
  carriesOutput = sessionCarriesOutput(model),
): AsyncIterable<AnswerEvent> {
  const all = [...(model.wire === 'messages' ? [] : [joinSystem]), ...adaptions(prompt, model, settings, carriesOutput)]
  return all.reduce((inner, adapt) => adapt(inner), run)(prompt)
}

/** Whether the model's provider lacks something that this prompt needs. */
export function isAdapted(prompt: Prompt, model: Model, settings: GenerationSettings): boolean {
  return adaptions(prompt, model, settings, sessionCarriesOutput(model)).length > 0
}

/**
 * What this prompt needs, the one nearest to the engine first: output is checked where tool calls are calls already,
 * and text is cut where it is what the client sees.
 */
function adaptions(prompt: Prompt, model: Model, settings: GenerationSettings, carriesOutput: boolean): Adaption[] {
  const format = instructedFormat(prompt, model, settings, carriesOutput)
  // A provider would stop inside of what the client never sees: a call's JSON, an answer that is still to be checked.
  const stops = (prompt.parameters.stop ?? []).some((sequence) => sequence !== '')
  const hidden = format !== undefined || callsInText(prompt, model, settings)
  return [
    ...(needsJsonTools(prompt, model, settings) ? [jsonTools] : []),
    ...(format ? [instructedOutput(format)] : []),
    ...(stops && (hidden || PARAMETER_HANDLING.stop[model.wire] === 'enforced') ? [enforceStop({ drain: format !== undefined })] : []),
  ]
}
