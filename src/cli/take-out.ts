import { isDeepStrictEqual } from 'node:util'
import { applyPatch, createPatch } from 'diff'
import { editJson, type JsonSetting, readJsonObject } from '../connectors/edit-json.ts'
import { isObject } from '../core/json-value.ts'

/**
 * Takes out of a text what was once written into it, and keeps what others made of the rest since.
 * @param current the text as it is
 * @param written as it was written
 * @param before as it was before that, empty where there was none
 * @returns undefined where that is not to be told apart
 */
export function takeOut(current: string, { written, before }: { written: string; before: string }): string | undefined {
  const [now, after, once] = [current, written, before].map(readJsonObject)
  // A program that keeps its settings as JSON writes all of them anew, in its own layout.
  if (now && after && once) return editJson(current, changesBack({ now, after, once }))
  if (now) return undefined
  const text = applyPatch(current, createPatch('', written, before, '', '', { context: 1 }))
  return text === false ? undefined : text
}

type JsonObject = Record<string, unknown>

interface Versions {
  now: JsonObject
  after: JsonObject
  once: JsonObject
}

/** What has to be set for what was changed from `once` to `after`, and stands there still, to be as it was. */
function changesBack({ now, after, once }: Versions): JsonSetting[] {
  return Object.keys({ ...once, ...after }).flatMap((key): JsonSetting[] => {
    const [current, written, before] = [now[key], after[key], once[key]]
    if (isDeepStrictEqual(written, before)) return []
    if (isDeepStrictEqual(current, written)) return [[[key], before]]
    if (Array.isArray(current) && Array.isArray(written)) {
      const ours = written.filter((item) => !has(before, item))
      const rest = current.filter((item) => !has(ours, item))
      return [[[key], rest.length === 0 && before === undefined ? undefined : rest]]
    }
    if (!isObject(current) || !isObject(written) || !(before === undefined || isObject(before))) return []
    const inner = changesBack({ now: current, after: written, once: before ?? {} })
    const gone =
      before === undefined && Object.keys(current).every((name) => inner.some(([path, value]) => path.length === 1 && path[0] === name && value === undefined))
    return gone ? [[[key], undefined]] : inner.map(([path, value]) => [[key, ...path], value])
  })
}

function has(list: unknown, item: unknown): boolean {
  return Array.isArray(list) && list.some((other) => isDeepStrictEqual(other, item))
}
