import { changeField, changesOf } from '../../core/change-list.ts'

type Json = Record<string, unknown>

/** Takes parts that are nothing but an empty text out of what the model said, and what it said where that was all. */
export function withoutEmptyTexts(body: Readonly<Json>): Json {
  return changesOf(body, 'contents', (content) => {
    if (content.role !== 'model') return [content]
    const told = changeField(content, 'parts', (part) => (isEmpty(part) ? [] : [part]))
    return told !== content && (told.parts as unknown[]).length === 0 ? [] : [told]
  })
}

/** A signature may stand on an empty text. */
function isEmpty(part: Json): boolean {
  return part.text === '' && Object.keys(part).every((key) => key === 'text' || key === 'thought')
}
