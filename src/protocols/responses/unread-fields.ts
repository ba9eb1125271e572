import { tellable, unknownFields } from '../unread-fields.ts'
import { foreignText } from './foreign-items.ts'
import type { InputItem } from './item-schema.ts'
import { requestSchema } from './schema.ts'

/** What a request asks for that a prompt has no place for. */
export function unreadFields(body: Record<string, unknown>, items: readonly InputItem[], leftOutTools: readonly string[]): string[] {
  const lost = items.flatMap((item) => (item.type === 'foreign' && foreignText(item) === undefined ? [item.value.type] : []))
  return [
    ...tellable(unknownFields(body, requestSchema)),
    ...tellable(leftOutTools).map((type) => `tools.${type}`),
    ...tellable(lost).map((type) => `input.${type}`),
    ...(items.some(asksForDetail) ? ['input.content.detail'] : []),
  ]
}

function asksForDetail(item: InputItem): boolean {
  return (
    item.type === 'message' &&
    Array.isArray(item.content) &&
    item.content.some((part) => part.type === 'input_image' && (part.detail ?? 'auto') !== 'auto')
  )
}
