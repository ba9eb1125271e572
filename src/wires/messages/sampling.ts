import type { Parameters } from '../../core/prompt.ts'
import { present } from '../shared/present.ts'
import type { Claude } from './claude.ts'

type Sampling = Pick<Parameters, 'temperature' | 'topP' | 'topK'>

/** Anthropic's scale ends where those of others go on. */
const MOST_TEMPERATURE = 1

/** What a thinking model takes as `top_p`, at least. */
const LEAST_THINKING_TOP_P = 0.95

/** The sampling fields that the model takes: a thinking one chooses by itself. */
export function encodeSampling({ temperature, topP, topK }: Sampling, claude: Claude, thinks: boolean): Record<string, unknown> {
  if (!claude.sampling) return {}
  if (thinks) return present({ top_p: topP !== undefined && topP >= LEAST_THINKING_TOP_P ? topP : undefined })
  return present({
    temperature: temperature === undefined ? undefined : Math.min(temperature, MOST_TEMPERATURE),
    top_p: temperature !== undefined && !claude.temperatureWithTopP ? undefined : topP,
    top_k: topK,
  })
}
