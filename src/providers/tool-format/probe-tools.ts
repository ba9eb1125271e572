import { isObject } from '../../core/json-value.ts'
import { BODIES, hasCall } from '../examination/questions.ts'
import { askProvider, type ProviderAnswer, type ProviderRequest } from '../http.ts'

/** A local server may have to load the model first. Milliseconds. */
const TIMEOUT = 60_000

/**
 * Asks a server of OpenAI's chat format whether it calls tools in the fields for that.
 * @param url of its chat completions
 * @returns undefined where its answer says nothing about tools
 */
export async function probeTools(url: string, model: string, options: Pick<ProviderRequest, 'extras' | 'signal' | 'fetch'>): Promise<boolean | undefined> {
  const body = BODIES.chat({ model, stream: false, tool: true })
  const answer = await askProvider(url, { ...options, timeout: TIMEOUT, body }).catch(() => undefined)
  return answer && readToolProbe(answer)
}

/** A server without them says so, as vLLM does, or passes over them in silence, as TGI and LM Studio do. */
export function readToolProbe({ status, json, text }: Pick<ProviderAnswer, 'status' | 'json' | 'text'>): boolean | undefined {
  if (status === 200) return isObject(json) && Array.isArray(json.choices) && json.choices.length > 0 ? hasCall(json.choices) : undefined
  return [400, 404, 422, 501].includes(status) && /tool|function/i.test(text) ? false : undefined
}
