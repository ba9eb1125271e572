import type { CallForm } from '../../core/call.ts'
import type { Parameters } from '../../core/prompt.ts'
import { isChatGpt } from '../shared/providers.ts'

type Json = Record<string, unknown>

/** Fields that ChatGPT's backend refuses, and the parameters that they are of. */
const REFUSED: Record<string, keyof Parameters> = {
  max_output_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  user: 'user',
  metadata: 'metadata',
}

/** Parameters that a login refuses though its format has them, so that they are not sent. */
export function refusedParameters(form: CallForm): (keyof Parameters)[] {
  return isChatGpt(form) ? Object.values(REFUSED) : []
}

/**
 * Makes of a body what ChatGPT's own backend takes: a stream that nobody keeps, with instructions. They are what the
 * conversation begins with; one without gets opencode's.
 */
export function forChatGpt(body: Json, { defaults }: CallForm): Json {
  const input = body.input as Json[]
  const start = input.findIndex(({ role }) => role !== 'developer')
  const system = input.slice(0, start < 0 ? input.length : start).map(({ content }) => content)
  return {
    ...Object.fromEntries(Object.entries(body).filter(([name]) => !(name in REFUSED))),
    instructions: system.join('\n\n') || defaults.instructions,
    input: input.slice(system.length),
    store: false,
    stream: true,
  }
}
