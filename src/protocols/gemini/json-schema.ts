import { toCamelCase } from './normalize.ts'

type Schema = Record<string, unknown>

/** Limits that Google writes as texts, being 64-bit integers. */
const INTEGERS: ReadonlySet<string> = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'])

/**
 * Turns Google's `Schema` into JSON Schema: `type: 'STRING'` and `nullable` are OpenAPI's, the rest has the same names.
 * What is JSON Schema already, as many clients send it, comes out as it was.
 */
export function toJsonSchema(schema: Schema): Schema {
  const source = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key.startsWith('$') ? key : toCamelCase(key), value]))
  const { nullable, propertyOrdering, example, type, format, ...rest } = source
  const result: Schema = {}

  const types = readTypes(type)
  if (types !== undefined) result.type = types
  for (const [key, value] of Object.entries(rest)) result[key] = convert(key, value)
  // Google marks an enumeration so; in JSON Schema it is no format.
  if (format !== undefined && format !== 'enum') result.format = format
  if (example !== undefined && result.examples === undefined) result.examples = [example]
  if (isObject(result.properties) && Array.isArray(propertyOrdering)) result.properties = inOrder(result.properties, propertyOrdering)
  return nullable === true ? allowNull(result) : result
}

function convert(key: string, value: unknown): unknown {
  switch (key) {
    case 'properties':
    case '$defs':
    case 'defs':
    case 'definitions':
    case 'patternProperties':
      return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, convertOne(schema)])) : value
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
    case 'prefixItems':
      return Array.isArray(value) ? value.map(convertOne) : value
    case 'items':
    case 'additionalProperties':
    case 'not':
      return convertOne(value)
    default:
      return INTEGERS.has(key) && typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  }
}

function convertOne(value: unknown): unknown {
  return isObject(value) ? toJsonSchema(value) : value
}

function readTypes(type: unknown): unknown {
  if (Array.isArray(type)) return type.map(readType)
  return readType(type)
}

function readType(type: unknown): unknown {
  if (typeof type !== 'string') return type
  return type === 'TYPE_UNSPECIFIED' ? undefined : type.toLowerCase()
}

function allowNull(schema: Schema): Schema {
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null]
  if (typeof schema.type === 'string' && schema.type !== 'null') schema.type = [schema.type, 'null']
  else if (schema.type === undefined && Array.isArray(schema.anyOf)) schema.anyOf = [...schema.anyOf, { type: 'null' }]
  return schema
}

/** Models write properties in the order in which a schema names them, which is what the field is for. */
function inOrder(properties: Schema, order: readonly unknown[]): Schema {
  const first = order.filter((name): name is string => typeof name === 'string' && Object.hasOwn(properties, name))
  return { ...Object.fromEntries(first.map((name) => [name, properties[name]])), ...properties }
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
