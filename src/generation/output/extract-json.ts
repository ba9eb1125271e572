import { JsonScanner } from '../json-scanner.ts'
import type { Validate } from '../json-schema.ts'

/** The JSON text in an answer, or what is wrong with the answer. */
export type Extracted = { json: string } | { problem: string }

/**
 * Finds the JSON in an answer that may wrap it in a code fence or in prose: the first valid one of the whole text, the
 * inside of a fence around it, and the objects and arrays in it, the longest first.
 */
export function extractJson(text: string, validate: Validate): Extracted {
  let problem: string | undefined
  for (const candidate of candidates(text.trim())) {
    const value = parse(candidate)
    if (value === undefined) continue
    const found = validate(value)
    if (found === undefined) return { json: candidate }
    problem ??= found
  }
  return { problem: problem ?? 'it holds no valid JSON' }
}

function* candidates(text: string): Generator<string> {
  yield text
  const fenced = /^```[\w-]*\s([^]*)```$/.exec(text)?.[1]
  if (fenced !== undefined) yield fenced.trim()
  yield* outermost(text).sort((a, b) => b.length - a.length)
}

/** The objects and arrays that are not part of another. */
function outermost(text: string): string[] {
  const scanner = new JsonScanner()
  const open: number[] = []
  const spans: { start: number; end: number }[] = []
  for (let index = 0; index < text.length; index++) {
    const step = scanner.step(text[index]!)
    if (step === 'open') open.push(index)
    if (step !== 'close') continue
    const start = open.pop()!
    while (spans.length > 0 && spans.at(-1)!.start > start) spans.pop()
    spans.push({ start, end: index + 1 })
  }
  return spans.map(({ start, end }) => text.slice(start, end))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
