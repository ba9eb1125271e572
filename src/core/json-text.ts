import { isObject } from './json-value.ts'

/** Levels of objects and lists in each other; the largest schemas of tools have a tenth of it. */
const MAX_DEPTH = 256
/** Members of all objects, and items of all lists; the longest conversations of agents have a tenth of it. */
const MAX_VALUES = 100_000

/** A JSON object, as text and as what it says. */
export interface JsonText {
  text: string
  body: Record<string, unknown>
}

/** Why a JSON text is not to be parsed. */
export interface JsonExcess {
  /** Where in the text the first value stands that is too much. */
  position: number
  /** In words that go on from `it …`. */
  why: string
}

/**
 * Looks at the shape of a JSON text before anything is made of it, in a pass that takes a fraction of parsing. Ours and
 * others' code walks down objects by calling itself, and takes the more time and memory the more values there are, however
 * short: 30 MB of zeros would be the end of the process.
 * @param text may be no JSON; that is found when it is parsed
 */
export function excessOfJson(text: string): JsonExcess | undefined {
  let depth = 0
  let values = 0
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position)
    if (code === QUOTE) position = endOfString(text, position) - 1
    else if (code === COMMA) values++
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      values++
      if (++depth > MAX_DEPTH) return { position, why: `is nested more than ${MAX_DEPTH} levels deep` }
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--
    if (values > MAX_VALUES) return { position, why: `has more than ${MAX_VALUES} values` }
  }
  return undefined
}

/** So many steps of a path say where something is. */
const MAX_STEPS = 4

/**
 * The path of the value that stands at a position, as far as a person wants to read it.
 * @param text JSON up to there
 */
export function pathInJson(text: string, position: number): (string | number)[] {
  /** The steps to the value that is being read, each of an object or a list that is open. */
  const path: (string | number)[] = []
  for (let at = 0; at < position; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at)
        // A name counts until the next one: whether it is one, the colon behind it would tell.
        if (typeof path.at(-1) === 'string' && isName(text, end)) path[path.length - 1] = text.slice(at + 1, end - 1)
        at = end - 1
        break
      }
      case '{':
        path.push('')
        break
      case '[':
        path.push(0)
        break
      case '}':
      case ']':
        path.pop()
        break
      case ',': {
        const last = path.at(-1)
        if (typeof last === 'number') path[path.length - 1] = last + 1
      }
    }
  }
  return path.slice(0, MAX_STEPS)
}

/** Where a string ends that begins at `start`: behind its closing quotation mark, or at the end of a text without one. */
export function endOfString(text: string, start: number): number {
  // Most strings are short, and end before a search has begun.
  const near = Math.min(text.length, start + NEAR)
  let position = start + 1
  for (; position < near; position++) {
    const code = text.charCodeAt(position)
    if (code === QUOTE) return position + 1
    if (code === BACKSLASH) position++
  }
  for (let end = text.indexOf('"', position); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end
    while (first > position && text.charCodeAt(first - 1) === BACKSLASH) first--
    if ((end - first) % 2 === 0) return end + 1
  }
  return text.length
}

/** Characters that are looked at one by one; a search is faster beyond. */
const NEAR = 64

/**
 * Parses JSON that stands as text in a field of a request or an answer, so that nothing was known of its shape.
 * @throws SyntaxError for what is no JSON; RangeError for one beyond the bounds
 */
export function parseJson(text: string): unknown {
  const excess = excessOfJson(text)
  if (excess) throw new RangeError(`it ${excess.why}`)
  return JSON.parse(text)
}

/** The object that a JSON text is, or undefined when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parsed(text)
  return isObject(value) ? value : undefined
}

/** The list that a JSON text is, or undefined when it is none. */
export function parseList(text: string): unknown[] | undefined {
  const value = parsed(text)
  return Array.isArray(value) ? value : undefined
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function isName(text: string, end: number): boolean {
  return /^\s*:/.test(text.slice(end, end + 20))
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
