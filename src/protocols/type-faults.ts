import { type Issue, valueAt } from './invalid-request.ts'

/**
 * The fields that say what an object is; the others of one that is unknown are unknown with it. Schemas have them first, so
 * that nothing else of it is complained of before.
 */
const DISCRIMINATORS: ReadonlySet<PropertyKey> = new Set(['type', 'role'])

/**
 * Those of a schema's complaints that no provider of the format can be meant to take: a wrong JSON type, a required field
 * that is missing, a number out of its range, an empty list. What is left is only unknown to the bridge: a new kind of
 * block, item or tool, a new word where the schema lists words, a longer list or another form of a name than is documented.
 * @param issues what zod found in `body`
 */
export function typeFaults(issues: readonly Issue[], body: unknown): Issue[] {
  const unknown = issues.filter((issue) => isUnknownWord(issue, body)).map(({ path }) => path)
  const objects = new Set(unknown.filter((path) => DISCRIMINATORS.has(path.at(-1)!)).map((path) => keyOf(path.slice(0, -1))))
  return issues.flatMap((issue) => (isWithinAny(issue.path, objects) ? [] : faultIn(issue, body)))
}

function faultIn(issue: Issue, body: unknown): Issue[] {
  if (isUnknownWord(issue, body)) return []
  switch (issue.code) {
    case 'invalid_format':
      return []
    case 'too_big':
      if (issue.origin === 'array' || issue.origin === 'string') return []
      // What JavaScript cannot count to, others can.
      return Number(issue.maximum) === Number.MAX_SAFE_INTEGER ? [] : [issue]
    case 'too_small':
      return Number(issue.minimum) === Number.MIN_SAFE_INTEGER ? [] : [issue]
    case 'invalid_union':
      return faultOfUnion(issue, body)
    default:
      return [issue]
  }
}

/** None of the alternatives may fit, each with what does not. */
function faultOfUnion(issue: Extract<Issue, { code: 'invalid_union' }>, body: unknown): Issue[] {
  if (issue.errors.length === 0) return [issue]
  const value = valueAt(body, issue.path)
  const errors = issue.errors.map((alternative) => typeFaults(alternative, value))
  return errors.some((faults) => faults.length === 0) ? [] : [{ ...issue, errors } as Issue]
}

/** Whether a text stands where the schema has a list of others. */
function isUnknownWord(issue: Issue, body: unknown): boolean {
  const listed = issue.code === 'invalid_value' || (issue.code === 'invalid_union' && issue.errors.length === 0)
  return listed && typeof valueAt(body, issue.path) === 'string'
}

function isWithinAny(path: readonly PropertyKey[], objects: ReadonlySet<string>): boolean {
  return objects.size > 0 && path.some((_, length) => objects.has(keyOf(path.slice(0, length))))
}

function keyOf(path: readonly PropertyKey[]): string {
  return JSON.stringify(path)
}
