import { JsonScanner } from '../json-scanner.ts'

/** The JSON text in an answer, or what is wrong with the answer. */
export type Extracted = { json: string } | { problem: string }

/**
 * Looks for the first of some texts that is JSON and what it should be.
 * @returns its number, or what is wrong with the first that is JSON
 */
export type FindJson = (texts: readonly string[]) => Promise<{ fits: number } | { problem: string | undefined }>

/** Any JSON is what it should be. */
export const findAnyJson: FindJson = async (texts) => {
  const fits = texts.findIndex(isJson)
  return fits === -1 ? { problem: undefined } : { fits }
}

/**
 * Finds the JSON in an answer that may wrap it in a code fence or in prose: the first valid one of the whole text, the
 * inside of a fence around it, and the objects and arrays in it, the longest first.
 */
export async function extractJson(text: string, find: FindJson): Promise<Extracted> {
  const texts = [...candidates(text.trim())]
  const found = await find(texts)
  return 'fits' in found ? { json: texts[found.fits]! } : { problem: found.problem ?? 'it holds no valid JSON' }
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
