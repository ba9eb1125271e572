import { isObject } from '../core/json-value.ts'

type Schema = Record<string, unknown>

/** How deep an example of a schema goes; one that holds itself has no end. */
const DEEPEST = 8

/**
 * What the demo model says to a request: what it heard, and which files; or, where an answer in JSON is demanded, an example of
 * it with what it heard for its texts.
 */
export function answerOf(body: any): string {
  const content = body.messages?.findLast((message: { role: string }) => message.role === 'user')?.content
  const heard = textOf(content)
  const schema = body.response_format?.json_schema?.schema as Schema | undefined
  if (schema !== undefined) return JSON.stringify(exampleOf(schema, heard, schema))
  const files = filesOf(content)
  return `This is the demo model; it repeats what you say. You said: ${heard}${files.length === 0 ? '' : ` (with ${files.join(' and ')})`}`
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: string }) => part.text ?? '').join('')
}

/** By their kinds and sizes, so that one sees that they came. */
function filesOf(content: unknown): string[] {
  if (!Array.isArray(content)) return []
  const urls = content.map((part) => part?.image_url?.url ?? part?.file?.file_data).filter((url): url is string => typeof url === 'string')
  return urls.map((url) => {
    const [, mediaType = 'a file', data = ''] = /^data:([^;,]+)[^,]*,(.*)$/s.exec(url) ?? []
    return `${mediaType} of ${Buffer.byteLength(data, 'base64')} bytes`
  })
}

function exampleOf(schema: unknown, heard: string, root: Schema, depth = 0): unknown {
  if (!isObject(schema) || depth > DEEPEST) return null
  const inner = (part: unknown) => exampleOf(part, heard, root, depth + 1)
  if (typeof schema.$ref === 'string') return inner(atPointer(root, schema.$ref))
  if ('const' in schema) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  const choices = schema.anyOf ?? schema.oneOf
  if (Array.isArray(choices)) return inner(choices[0])
  switch (Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? ('properties' in schema ? 'object' : 'string'))) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, inner(part)]))
    case 'array':
      return [inner(schema.items)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return heard.slice(0, typeof schema.maxLength === 'number' ? schema.maxLength : undefined)
  }
}

function atPointer(root: Schema, ref: string): unknown {
  return ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), root)
}
