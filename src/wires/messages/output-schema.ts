import { isObject } from '../../core/json-value.ts'
import { present } from '../shared/present.ts'
import { isCopilot } from '../shared/providers.ts'
import type { OutputQuestion, Target } from '../wire.ts'
import { claudeOf } from './claude.ts'

type Schema = Record<string, unknown>

/** Anthropic allows 24 in all; the grammar is refused as too large from 13 on, as the AI SDK's authors found. */
const MOST_OPTIONAL = 12

/** Words of JSON Schema that Anthropic holds a model to; it refuses the others, which its own SDK puts into the description. */
const KEPT = new Set(['type', 'title', 'description', 'default', 'enum', 'const', '$ref', 'required'])
const NAMED_SCHEMAS = new Set(['properties', '$defs', 'definitions'])
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'])

/** Words by which a schema refuses values, and the closed one of it may not, or may refuse others. */
const LOST = new Set(
  `multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern format
  maxItems minItems uniqueItems contains minContains maxContains additionalItems unevaluatedItems
  maxProperties minProperties propertyNames dependentRequired dependentSchemas dependencies unevaluatedProperties
  not if oneOf allOf $dynamicRef $recursiveRef`.split(/\s+/),
)

/**
 * Anthropic holds its models to a schema as far as its grammar goes: one of which it would leave a part to the model is left
 * to who can check the answer. Words to go on with cannot be held to any.
 */
export function carriesOutput({ output, messages }: OutputQuestion, target: Pick<Target, 'form' | 'model'>): boolean {
  if (output.type === 'text') return true
  if (output.type === 'json' || !claudeOf(target).schemas || !knowsSchemas(target) || messages.at(-1)?.role === 'assistant') return false
  const found = closeAll(output.schema)
  return isHeld(found, output.schema) && found.exact
}

/**
 * Copilot documents none. In Google's cloud they are for some of the models, and for owners who allow them:
 * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/structured_outputs
 */
function knowsSchemas({ form }: Pick<Target, 'form'>): boolean {
  return !isCopilot(form) && form.defaults.anthropic_version === undefined
}

/**
 * The schema in the part of JSON Schema that Anthropic takes: every object closed, other limits in words. Undefined for
 * one that would lose by it: objects of any keys, schemas of themselves, many optional properties.
 */
export function closedSchema(schema: Schema): Schema | undefined {
  const found = closeAll(schema)
  return isHeld(found, schema) ? found.closed : undefined
}

interface Found {
  optional: number
  /** Whether there are objects whose keys nobody knows. */
  open: boolean
  /** Whether the schema takes all values that the closed one of it takes. */
  exact: boolean
}

function closeAll(schema: Schema): Found & { closed: Schema } {
  const found = { optional: 0, open: false, exact: true }
  const closed = close(schema, found)
  return { ...found, closed }
}

function isHeld({ open, optional }: Found, schema: Schema): boolean {
  return !open && optional <= MOST_OPTIONAL && !isRecursive(schema)
}

function close(schema: Schema, found: Found): Schema {
  const result: Schema = {}
  const said: string[] = []
  for (const [word, value] of Object.entries(schema)) {
    if (KEPT.has(word)) result[word] = value
    else if (NAMED_SCHEMAS.has(word) && isObject(value))
      result[word] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closeAny(inner, found)]))
    else if (word === 'anyOf' || word === 'oneOf' || word === 'allOf') result[word === 'allOf' ? word : 'anyOf'] = closeAny(value, found)
    else if (word === 'items') result[word] = closeAny(value, found)
    else if (word === 'format' && FORMATS.has(value as string)) result[word] = value
    else if (word === 'minItems' && (value === 0 || value === 1)) result[word] = value
    else if (word === 'patternProperties' || word === 'prefixItems') found.open = true
    else if (word !== 'additionalProperties' && !word.startsWith('$')) said.push(`${word}: ${JSON.stringify(value)}`)
    if (LOST.has(word) && result[word] !== value) found.exact = false
  }
  if (isObjectSchema(schema)) closeObject(schema, result, found)
  if (isAnything(schema)) found.open = true
  const description = [schema.description, ...(said.length > 0 ? [`{${said.join(', ')}}`] : [])].filter(Boolean).join('\n')
  return { ...result, ...present({ description: description || undefined }) }
}

function closeAny(value: unknown, found: Found): unknown {
  if (Array.isArray(value)) return value.map((inner) => closeAny(inner, found))
  return isObject(value) ? close(value, found) : value
}

function closeObject({ properties, additionalProperties, required }: Schema, result: Schema, found: Found): void {
  const names = isObject(properties) ? Object.keys(properties) : []
  const needed = new Set(Array.isArray(required) ? required : [])
  found.optional += names.filter((name) => !needed.has(name)).length
  if (additionalProperties === true || isObject(additionalProperties) || (properties === undefined && additionalProperties !== false)) found.open = true
  result.additionalProperties = false
}

function isObjectSchema({ type, properties }: Schema): boolean {
  return properties !== undefined || type === 'object' || (Array.isArray(type) && type.includes('object'))
}

/** Whether nothing says of what kind the values are, or it says it by values that are no words and numbers. */
function isAnything({ enum: values, ...schema }: Schema): boolean {
  if (Array.isArray(values)) return values.some((value) => typeof value === 'object' && value !== null)
  return !['type', 'const', '$ref', 'anyOf', 'oneOf', 'allOf', 'properties'].some((word) => word in schema)
}

/** Whether a definition is reached from itself; references elsewhere count as that. */
function isRecursive(root: Schema): boolean {
  const reaches = (value: unknown, open: readonly string[]): boolean => {
    if (Array.isArray(value)) return value.some((inner) => reaches(inner, open))
    if (!isObject(value)) return false
    const { $ref, $defs: _defs, definitions: _definitions, ...others } = value
    if (typeof $ref === 'string' && (open.includes($ref) || !isObject(resolve(root, $ref)) || reaches(resolve(root, $ref), [...open, $ref]))) return true
    return Object.values(others).some((inner) => reaches(inner, open))
  }
  return reaches(root, ['#'])
}

function resolve(root: Schema, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined
  const path = reference
    .slice(1)
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), root)
}
