import type { z } from 'zod'
import { BridgeError } from '../core/errors.ts'

export type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** How much of a wrong value a message may repeat; a longer one could be a part of the prompt. */
const MAX_ECHO = 40

/**
 * The error of a request that its schema refused. It names the field, what was there and what is allowed, and it
 * repeats no more of the request than a short word.
 * @param issues what zod found, at least one; the first is told
 * @param body the request that was checked
 */
export function invalidRequest(issues: readonly Issue[], body: unknown): BridgeError {
  const issue = mostSpecific(issues[0]!)
  const received = valueAt(body, issue.path)
  const param = formatPath(issue.path)

  if (received === undefined) {
    return new BridgeError(`Missing required parameter: '${param}'. ${allowed(issue)}`.trim(), {
      code: 'missing_required_parameter',
      status: 400,
      param,
    })
  }
  const wrongType = issue.code === 'invalid_type' || (issue.code === 'invalid_union' && !isDiscriminator(issue))
  const subject = wrongType ? `Invalid type for '${param}'` : `Invalid value for '${param}'`
  return new BridgeError(`${subject}: got ${describe(received, wrongType)}. ${allowed(issue)}`.trim(), {
    code: wrongType ? 'invalid_type' : 'invalid_value',
    status: 400,
    param,
  })
}

/** Writes a path as OpenAI does: `messages[0].content[1].text`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

/** Of a union the alternative that the client meant: the one whose own type fits and only something within does not. */
function mostSpecific(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const meant = issue.errors.find(([first]) => first !== undefined && !refusesWhole(first))?.[0]
  return meant === undefined ? issue : mostSpecific({ ...meant, path: [...issue.path, ...meant.path] })
}

function refusesWhole(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

function isDiscriminator(issue: Issue): issue is Issue & { options: unknown[] } {
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
}

function allowed(issue: Issue): string {
  if (isDiscriminator(issue)) return `Expected one of ${list(issue.options)}.`
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${article(issue.expected)}.`
    case 'invalid_value':
      return issue.values.length === 1 ? `Expected ${list(issue.values)}.` : `Expected one of ${list(issue.values)}.`
    case 'invalid_union':
      return `Expected ${alternatives(issue.errors)}.`
    case 'too_small':
      return `Expected ${atBound(issue.origin, 'at least', Number(issue.minimum))}.`
    case 'too_big':
      return `Expected ${atBound(issue.origin, 'at most', Number(issue.maximum))}.`
    default:
      return issue.message
  }
}

function alternatives(errors: readonly Issue[][]): string {
  const words = errors
    .flatMap(([first]) => first ?? [])
    .map((issue) => {
      if (issue.code === 'invalid_type') return article(issue.expected)
      return issue.code === 'invalid_value' ? list(issue.values) : 'a valid value'
    })
  return [...new Set(words)].join(' or ')
}

function atBound(origin: string, bound: string, limit: number): string {
  if (origin === 'array') return `${bound} ${limit} ${limit === 1 ? 'element' : 'elements'}`
  return origin === 'string' ? `${bound} ${limit} ${limit === 1 ? 'character' : 'characters'}` : `${bound} ${limit}`
}

function list(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')
}

function article(type: string): string {
  if (type === 'int') return 'an integer'
  if (type === 'record') return 'an object'
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

function describe(value: unknown, typeOnly: boolean): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return String(value)
  if (value === '') return 'an empty string'
  const text = String(value)
  return typeOnly || text.length > MAX_ECHO ? 'a string' : `'${text}'`
}

/** What a body has at a path, undefined where that leads nowhere. */
export function valueAt(body: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], body)
}
