import { BridgeError } from '../../core/errors.ts'
import type { Event } from '../../core/event.ts'
import type { Prompt } from '../../core/prompt.ts'
import type { Adaption, Run } from '../adaption.ts'
import { compileSchema, type Validate } from '../json-schema.ts'
import { withOneRepair } from '../repair.ts'
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

async function* answerInFormat(run: Run, prompt: Prompt, format: JsonFormat): AsyncGenerator<Event> {
  const validate = validator(format)
  yield* withOneRepair(run, writeFormatAsText(prompt, format), (attempt) => new OutputReader(validate, attempt))
}

function validator(format: JsonFormat): Validate {
  if (format.type === 'json') return () => undefined
  try {
    return compileSchema(format.schema)
  } catch (error) {
    throw new BridgeError(`Invalid schema for response_format '${format.name}': ${(error as Error).message}`, {
      code: 'invalid_json_schema',
      status: 400,
      param: 'response_format',
      cause: error,
    })
  }
}
