import type { Prompt } from '../../core/prompt.ts'
import { isObject } from '../shared/json-object.ts'
import { present } from '../shared/present.ts'
import type { Target } from '../wire.ts'
import { claudeOf } from './claude.ts'

type Schema = Record<string, unknown>

/** Anthropic allows 24 in all; the grammar is refused as too large from 13 on, as the AI SDK's authors found. */
const MOST_OPTIONAL = 12

/** Words of JSON Schema that Anthropic holds a model to; it refuses the others, which its own SDK puts into the description. */
const KEPT = new Set(['type', 'title', 'description', 'default', 'enum', 'const', '$ref', 'required'])
const NAMED_SCHEMAS = new Set(['properties', '$defs', 'definitions'])
const FORMATS = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'])

/** Whether the provider can hold the model to the output format, so that nobody else need. */
export function carriesOutput({ output }: Pick<Prompt, 'output'>, target: Pick<Target, 'form' | 'model'>): boolean {
  return output.type === 'text' || (output.type === 'json-schema' && claudeOf(target).schemas && closedSchema(output.schema) !== undefined)
}

/**
 * The schema in the part of JSON Schema that Anthropic takes: every object closed, other limits in words. Undefined for
 * one that would lose by it: objects of any keys, schemas of themselves, many optional properties.
 */
export function closedSchema(schema: Schema): Schema | undefined {
  const found = { optional: 0, open: false }
  const closed = close(schema, found)
  return found.open || found.optional > MOST_OPTIONAL || isRecursive(schema) ? undefined : closed
}

interface Found {
  optional: number
  open: boolean
}

function close(schema: Schema, found: Found): Schema {
  const result: Schema = {}
  const said: string[] = []
  for (const [word, value] of Object.entries(schema)) {
    if (KEPT.has(word)) result[word] = value
    else if (NAMED_SCHEMAS.has(word) && isObject(value)) result[word] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closeAny(inner, found)]))
    else if (word === 'anyOf' || word === 'oneOf' || word === 'allOf') result[word === 'allOf' ? word : 'anyOf'] = closeAny(value, found)
    else if (word === 'items') result[word] = closeAny(value, found)
    else if (word === 'format' && FORMATS.has(value as string)) result[word] = value
    else if (word === 'minItems' && (value === 0 || value === 1)) result[word] = value
    else if (word === 'patternProperties' || word === 'prefixItems') found.open = true
    else if (word !== 'additionalProperties' && !word.startsWith('$')) said.push(`${word}: ${JSON.stringify(value)}`)
  }
  if (isObjectSchema(schema)) closeObject(schema, result, found)
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

/** Whether a definition is reached from itself; references elsewhere count as that. */
function isRecursive(root: Schema): boolean {
  const reaches = (value: unknown, open: readonly string[]): boolean => {
    if (Array.isArray(value)) return value.some((inner) => reaches(inner, open))
    if (!isObject(value)) return false
    const { $ref, $defs: _defs, definitions: _definitions, ...others } = value
    if (typeof $ref === 'string' && (open.includes($ref) || reaches(resolve(root, $ref), [...open, $ref]))) return true
    return Object.values(others).some((inner) => reaches(inner, open))
  }
  return reaches(root, ['#'])
}

function resolve(root: Schema, reference: string): unknown {
  const path = reference.replace(/^#\/?/, '').split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), root)
}
