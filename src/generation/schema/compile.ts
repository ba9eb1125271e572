import { Ajv, type ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { linearPattern } from './linear-pattern.ts'

/** Says what is wrong with a value, for the model and for people; undefined when nothing is. */
export type Validate = (value: unknown) => string | undefined

/** Errors beyond this many help neither a model nor a person, nor does a name of this length. */
const REPORTED_ERRORS = 8
export const MAX_ERROR_LENGTH = 300

/**
 * Compiles a JSON Schema of draft 2020-12 or 7, with what older drafts have in common with them. Unknown keywords and
 * formats are ignored. For the thread alone: both it and what it returns may take any time and memory.
 * @throws Error that says why the schema is none
 */
export function compileSchema(schema: Record<string, unknown>): Validate {
  // `$async` is ajv's own and would turn the verdict into a promise. `$schema` would be looked up.
  const { $schema: _schema, $async: _async, ...rest } = schema
  try {
    return compileAs(Ajv2020, rest)
  } catch (error) {
    try {
      // What the newer draft has no other meaning for but refuses, such as a list as `items`.
      return compileAs(Ajv, rest)
    } catch {
      throw error
    }
  }
}

function compileAs(Draft: typeof Ajv | typeof Ajv2020, schema: object): Validate {
  // One instance for each schema, because it keeps what it compiled; without meta-schemas that is cheap.
  // References are called, not put in their place, where each of them would double what refers to it.
  const ajv = new Draft({
    strict: false,
    allErrors: true,
    logger: false,
    meta: false,
    validateSchema: false,
    inlineRefs: false,
    code: { regExp: linearPattern },
  })
  addFormats.default(ajv)
  // Draft 4's name of `$id`; ajv refuses it.
  ajv.removeKeyword('id')
  const validate = ajv.compile(schema)
  return (value) => (validate(value) ? undefined : describe(validate.errors ?? []))
}

/** Names places and rules, but no values of the answer. */
function describe(errors: readonly ErrorObject[]): string {
  const messages = errors.map(({ instancePath, message }) => `${instancePath || 'the value'} ${message ?? 'is not valid'}`.slice(0, MAX_ERROR_LENGTH))
  const unique = [...new Set(messages)]
  const rest = unique.length - REPORTED_ERRORS
  return [...unique.slice(0, REPORTED_ERRORS), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}
