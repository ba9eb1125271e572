import { foreignText } from './foreign-items.ts'
import type { InputItem } from './item-schema.ts'
import { requestSchema } from './schema.ts'

/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

/** What a header can carry and a person can read. */
const NAME = /^[\w.-]{1,64}$/

/** What a request asks for that a prompt has no place for. `null` asks for nothing. */
export function unreadFields(body: Record<string, unknown>, items: readonly InputItem[], leftOutTools: readonly string[]): string[] {
  const fields = Object.keys(body).filter((name) => !Object.hasOwn(requestSchema.shape, name) && body[name] != null)
  const lost = items.flatMap((item) => (item.type === 'foreign' && foreignText(item) === undefined ? [item.value.type] : []))
  return [
    ...shown('', fields),
    ...shown('tools.', leftOutTools),
    ...shown('input.', lost),
    ...(items.some(asksForDetail) ? ['input.content.detail'] : []),
  ]
}

function shown(prefix: string, names: readonly string[]): string[] {
  const unique = [...new Set(names)].filter((name) => NAME.test(name))
  return unique.slice(0, MAX_NAMES).map((name) => prefix + name)
}

function asksForDetail(item: InputItem): boolean {
  return (
    item.type === 'message' &&
    Array.isArray(item.content) &&
    item.content.some((part) => part.type === 'input_image' && (part.detail ?? 'auto') !== 'auto')
  )
}
