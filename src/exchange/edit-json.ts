import { endOfString } from '../core/json-text.ts'

/** Where the members of the outermost object of a JSON text stand. */
interface Member {
  name: string
  /** From the quotation mark of its name. */
  start: number
  /** From the first character of its value. */
  value: number
  /** After the last character of its value. */
  end: number
}

/**
 * Changes members of the outermost object of a JSON text, and leaves every other character as it is: numbers that no
 * JavaScript number holds, the order of members, white space.
 * @param text a JSON object that was parsed before
 * @param changes the new values by name; undefined removes a member, and a name that is not there is added
 */
export function editJson(text: string, changes: Record<string, unknown>): string {
  const members = readMembers(text)
  const edits = Object.entries(changes).flatMap(([name, value]) => {
    // Of a name that is there twice, parsers take the last.
    const index = members.findLastIndex((member) => member.name === name)
    if (index < 0) return value === undefined ? [] : [addition(text, members, name, value)]
    const member = members[index]!
    if (value !== undefined) return [{ start: member.value, end: member.end, text: JSON.stringify(value) }]
    return members.flatMap((one, at) => (one.name === name ? [removal(members, at)] : []))
  })
  return edits.toSorted((one, other) => other.start - one.start).reduce((edited, { start, end, text: replacement }) => edited.slice(0, start) + replacement + edited.slice(end), text)
}

interface Edit {
  start: number
  end: number
  text: string
}

function addition(text: string, members: Member[], name: string, value: unknown): Edit {
  const at = text.indexOf('{') + 1
  return { start: at, end: at, text: `${JSON.stringify(name)}:${JSON.stringify(value)}${members.length > 0 ? ',' : ''}` }
}

/** With the comma after it, or that before it where it is the last. */
function removal(members: Member[], index: number): Edit {
  const member = members[index]!
  const next = members[index + 1]
  if (next) return { start: member.start, end: next.start, text: '' }
  const before = members[index - 1]
  return { start: before ? before.end : member.start, end: member.end, text: '' }
}

function readMembers(text: string): Member[] {
  const members: Member[] = []
  let position = text.indexOf('{') + 1
  for (;;) {
    const start = text.indexOf('"', position)
    const close = text.indexOf('}', position)
    if (start < 0 || (close >= 0 && close < start)) return members
    const nameEnd = endOfString(text, start)
    const name = JSON.parse(text.slice(start, nameEnd)) as string
    let value = text.indexOf(':', nameEnd) + 1
    while (isSpace(text, value)) value++
    const end = endOfValue(text, value)
    members.push({ name, start, value, end })
    position = end
    while (isSpace(text, position)) position++
    if (text[position] !== ',') return members
    position++
  }
}

function isSpace(text: string, position: number): boolean {
  const code = text.charCodeAt(position)
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let position = start; position < text.length; position++) {
    switch (text[position]) {
      case '"':
        position = endOfString(text, position) - 1
        if (depth === 0) return position + 1
        break
      case '{':
      case '[':
        depth++
        break
      case '}':
      case ']':
        // Of the outermost object, after a number or a word.
        if (depth === 0) return trimmedEnd(text, position)
        if (--depth === 0) return position + 1
        break
      case ',':
        if (depth === 0) return trimmedEnd(text, position)
    }
  }
  return text.length
}

function trimmedEnd(text: string, end: number): number {
  while (isSpace(text, end - 1)) end--
  return end
}
