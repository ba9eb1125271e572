import { parseObject } from '../../core/json-text.ts'
import type { CallPart, ContentPart, FilePart, ToolMessage } from '../../core/prompt.ts'
import type { ToolNames } from '../shared/tool-names.ts'
import type { Gemini } from './gemini.ts'
import type { Part } from './part.ts'

export interface ResultContext {
  calls: ReadonlyMap<ToolMessage, CallPart>
  names: ToolNames
  gemini: Gemini
}

/** Kinds of files that a function's result may hold. */
const IN_RESULTS: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'application/pdf', 'text/plain'])

/**
 * Results in the order of their calls, by which Google's cloud pairs them, then the files that they cannot hold.
 * @param asked the calls of the turn before
 */
export function encodeResults(results: readonly ToolMessage[], asked: readonly CallPart[], context: ResultContext): Part[] {
  const places = new Map(asked.map((call, index) => [call, index]))
  const place = (result: ToolMessage) => places.get(context.calls.get(result)!) ?? -1
  const sorted = results.toSorted((one, other) => place(one) - place(other))
  const apart = sorted.flatMap(({ content }) => filesOf(content)).filter((file) => !isHeld(file, context.gemini))
  return [...sorted.map((result) => encodeResult(result, context)), ...apart.map(inlineData)]
}

export function inlineData({ mediaType, data }: FilePart): Part {
  return { inlineData: { mimeType: mediaType, data } }
}

function encodeResult(result: ToolMessage, { calls, names, gemini }: ResultContext): Part {
  const { toolCallId: id, content } = result
  const held = filesOf(content).filter((file) => isHeld(file, gemini))
  return {
    functionResponse: {
      ...(gemini.callIds && { id }),
      name: names.toProvider(calls.get(result)?.name ?? id),
      response: encodeResponse(result),
      ...(held.length > 0 && { parts: held.map(inlineData) }),
    },
  }
}

/**
 * What a function returned is an object. Google reads `output` or `error` in it, or the whole of it where it has neither.
 * A JSON object stays one as long as its text would be the same again: large numbers would lose their last digits.
 */
function encodeResponse({ content, isError }: ToolMessage): Record<string, unknown> {
  const text = content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n\n')
  const object = parseObject(text)
  if (object === undefined || JSON.stringify(object) !== text || (isError && !('error' in object))) return { [isError ? 'error' : 'output']: text }
  return object
}

function filesOf(content: readonly ContentPart[]): FilePart[] {
  return content.filter((part) => part.type === 'file')
}

function isHeld({ mediaType }: FilePart, { filesInResults }: Gemini): boolean {
  return filesInResults && IN_RESULTS.has(mediaType)
}
