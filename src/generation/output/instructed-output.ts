import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Prompt } from '../../core/prompt.ts'
import type { Adaption, Run } from '../adaption.ts'
import { withOneRepair } from '../repair.ts'
import { ClientSchema } from '../schema/client-schema.ts'
import { type FindJson, findAnyJson } from './extract-json.ts'
import { OutputReader } from './output-reader.ts'
import { type JsonFormat, writeFormatAsText } from './prompt.ts'

/**
 * Holds a model to JSON whose provider does not: instructed, validated, asked once more when it fails.
 * The events throw a BridgeError 400 `invalid_json_schema` before the model is called, and 502
 * `invalid_structured_output` when it failed twice.
 */
export function instructedOutput(format: JsonFormat): Adaption {
  return (run) => (prompt) => answerInFormat(run, prompt, format)
}

async function* answerInFormat(run: Run, prompt: Prompt, format: JsonFormat): AsyncGenerator<AnswerEvent> {
  const find = await finder(format)
  yield* withOneRepair(run, writeFormatAsText(prompt, format), (attempt) => new OutputReader(find, attempt))
}

async function finder(format: JsonFormat): Promise<FindJson> {
  if (format.type === 'json') return findAnyJson
  const schema = new ClientSchema(format.schema, { whose: `response_format '${format.name}'`, param: 'response_format' })
  await schema.assertValid()
  return async (texts) => {
    const verdict = await schema.check(texts)
    return 'noSchema' in verdict ? { problem: undefined } : verdict
  }
}
