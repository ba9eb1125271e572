import { isObject } from '../../core/json-value.ts'
import type { OutputFormat, Prompt, SystemMessage } from '../../core/prompt.ts'
import { pairResults } from '../shared/pair-results.ts'
import { present } from '../shared/present.ts'
import { toolNamesOf } from '../shared/tool-names.ts'
import { toConversation } from '../shared/turns.ts'
import type { OutputQuestion, Target } from '../wire.ts'
import { encodeContents } from './encode-contents.ts'
import { encodeTools } from './encode-tools.ts'
import { type Gemini, geminiOf } from './gemini.ts'
import { encodeThinking } from './thinking.ts'

type Json = Record<string, unknown>

/** Writes the body of Google's `generateContent` and `streamGenerateContent`; the model and the kind are in the address. */
export function encode(prompt: Prompt, target: Target): Json {
  const { model, form } = target
  const gemini = geminiOf(target)
  const { system, turns } = toConversation(gemini.systemInstruction ? prompt.messages : withoutSystem(prompt.messages))
  const parts = system.flatMap(({ content }) => (content === '' ? [] : [{ text: content }]))
  const generationConfig = { ...configured(form.configured.generationConfig), ...encodeGeneration(prompt, gemini) }
  return {
    ...form.configured,
    ...(parts.length > 0 && { systemInstruction: { parts } }),
    contents: encodeContents(turns, { calls: pairResults(prompt.messages), names: toolNamesOf(prompt), gemini, model: model.id }),
    ...encodeTools(prompt),
    ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
  }
}

/** Google refuses JSON of its older models where they have tools. */
export function carriesOutput({ output, tools }: OutputQuestion, target: Pick<Target, 'form' | 'model'>): boolean {
  return output.type === 'text' || tools.length === 0 || geminiOf(target).jsonWithTools
}

function encodeGeneration({ parameters, output }: Prompt, gemini: Gemini): Json {
  const { temperature, topP, topK, maxOutputTokens, stop, seed, presencePenalty, frequencyPenalty } = parameters
  return present({
    temperature,
    topP,
    topK,
    maxOutputTokens,
    stopSequences: stop,
    seed,
    ...(gemini.penalties && { presencePenalty, frequencyPenalty }),
    ...encodeOutput(output),
    thinkingConfig: encodeThinking(parameters, gemini),
  })
}

function encodeOutput(output: OutputFormat): Json {
  if (output.type === 'text') return {}
  return { responseMimeType: 'application/json', ...(output.type === 'json-schema' && { responseJsonSchema: output.schema }) }
}

/** Gemma has no place for them; they are the user's words there. */
function withoutSystem(messages: Prompt['messages']): Prompt['messages'] {
  return messages.map((message) => (message.role === 'system' ? asUser(message) : message))
}

function asUser({ content }: SystemMessage): Prompt['messages'][number] {
  return { role: 'user', content: [{ type: 'text', text: content }] }
}

function configured(value: unknown): Json {
  return isObject(value) ? value : {}
}
