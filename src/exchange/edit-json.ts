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
  const removed = new Set(members.filter(({ name }) => Object.hasOwn(changes, name) && changes[name] === undefined))
  const replaced = Object.entries(changes).flatMap(([name, value]): Edit[] => {
    // Of a name that is there twice, parsers take the last.
    const member = value === undefined ? undefined : members.findLast((one) => one.name === name)
    return member ? [{ start: member.value, end: member.end, text: JSON.stringify(value) }] : []
  })
  const added = Object.entries(changes).filter(([name, value]) => value !== undefined && !members.some((member) => member.name === name))
  // What is added stands where the first may have been removed, so it is the last of the edits.
  const edits = [...replaced, ...removals(members, removed), ...additions(text, added, members.length > removed.size)]
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((edited, { start, end, text: replacement }) => edited.slice(0, start) + replacement + edited.slice(end), text)
}

interface Edit {
  start: number
  end: number
  text: string
}

function additions(text: string, added: [name: string, value: unknown][], others: boolean): Edit[] {
  if (added.length === 0) return []
  const at = text.indexOf('{') + 1
  const written = added.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')
  return [{ start: at, end: at, text: `${written}${others ? ',' : ''}` }]
}

/** Each with the comma after it; those at the end with the comma before them. */
function removals(members: readonly Member[], removed: ReadonlySet<Member>): Edit[] {
  const last = members.findLastIndex((member) => !removed.has(member))
  return members.flatMap((member, index) => {
    if (!removed.has(member)) return []
    if (index < last) return [{ start: member.start, end: members[index + 1]!.start, text: '' }]
    return [{ start: members[index - 1]?.end ?? member.start, end: member.end, text: '' }]
  })
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
