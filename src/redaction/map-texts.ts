import { isObject } from '../core/json-value.ts'

type Json = Readonly<Record<string, unknown>>

/** Gives the text that stands for another; the very text where nothing changes. */
type MapText = (text: string) => string

/**
 * Members whose strings are no text of a prompt but hold it together: kinds, roles, ids, names of models and tools, types
 * of media, what a provider wants back unaltered, and what a client lets a provider log in with elsewhere. Of all else,
 * known to the bridge or not, every string is text: a format that grows a field must not be a leak.
 */
const STRUCTURE: ReadonlySet<string> = new Set([
  'type',
  'role',
  'object',
  'status',
  'model',
  'id',
  'call_id',
  'tool_call_id',
  'tool_use_id',
  'item_id',
  'previous_response_id',
  'file_id',
  'toolCallId',
  'name',
  'media_type',
  'mime_type',
  'mimeType',
  'mediaType',
  'format',
  'detail',
  '$ref',
  'param',
  'origin',
  'signature',
  'thoughtSignature',
  'thought_signature',
  'encrypted_content',
  'reasoning_opaque',
  'file_data',
  'authorization',
  'authorization_token',
])

/** Members that are passed over with all that is in them: tokens of the canonical prompt, a client's headers for another server. */
const CLOSED: ReadonlySet<string> = new Set(['token', 'headers'])

/** Lists of names in a schema, which have to stay those of its properties. */
const NAMES: ReadonlySet<string> = new Set(['required', 'propertyOrdering'])

/** Objects that are all text, whatever their members are called: what a tool was called with, and what it gave. */
const PAYLOADS: ReadonlySet<string> = new Set(['input', 'args', 'response'])

/** Who may have a name of their own; that of a tool is not theirs. */
const SPEAKERS: ReadonlySet<unknown> = new Set(['system', 'developer', 'user', 'assistant'])

/**
 * Maps every text of a request: of a body in any provider's format, or of the canonical prompt.
 * @returns the very value where nothing changes
 */
export function mapTexts(value: unknown, map: MapText): unknown {
  if (typeof value === 'string') return mapData(value, map)
  if (Array.isArray(value)) return mapList(value, (item) => mapTexts(item, map))
  if (!isObject(value) || isSealed(value)) return value
  return mapMembers(value, (name, member) => mapMember(name, member, value, map))
}

function mapMember(name: string, member: unknown, owner: Json, map: MapText): unknown {
  if (CLOSED.has(name)) return member
  if (typeof member !== 'string') {
    if (NAMES.has(name) && Array.isArray(member)) return member
    return PAYLOADS.has(name) && isObject(member) ? mapPayload(member, map) : mapTexts(member, map)
  }
  if (name === 'arguments') return mapJsonText(member, map)
  if (name === 'data') return mapFile(member, owner, map)
  if (name === 'name' && SPEAKERS.has(owner.role)) return map(member)
  // A file's own text is one behind its media type.
  return STRUCTURE.has(name) && !member.startsWith('data:') ? member : mapData(member, map)
}

/** Whether a provider wants it back as it gave it: it is the provider's own words, which a seal on them covers. */
function isSealed({ type, signature, encrypted_content: encrypted, token }: Json): boolean {
  if (type === 'redacted_thinking' || type === 'reasoning.encrypted') return true
  return isText(signature) || isText(encrypted) || (type === 'reasoning' && token !== undefined)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** What is a tool's own: any string in it, names of members too, and numbers, of which some are of cards and accounts. */
function mapPayload(value: unknown, map: MapText): unknown {
  if (typeof value === 'string') return mapData(value, map)
  if (typeof value === 'number') {
    const text = String(value)
    const mapped = map(text)
    return mapped === text ? value : mapped
  }
  if (Array.isArray(value)) return mapList(value, (item) => mapPayload(item, map))
  if (!isObject(value)) return value
  const mapped = mapMembers(value, (_name, member) => mapPayload(member, map))
  const names = Object.keys(mapped).map((name) => [name, map(name)] as const)
  return names.some(([name, instead]) => name !== instead) ? Object.fromEntries(names.map(([name, instead]) => [instead, mapped[name]])) : mapped
}

/** JSON stays JSON: a pattern that runs over a quotation mark would leave a text that no provider can read. */
function mapJsonText(text: string, map: MapText): string {
  const value = parsed(text)
  if (!isObject(value) && !Array.isArray(value)) return map(text)
  const mapped = mapPayload(value, map)
  return mapped === value ? text : JSON.stringify(mapped)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What is in a text's data URL, as far as it is text itself. */
function mapData(text: string, map: MapText): string {
  const [head, type] = /^data:([^;,]*)[^,]{0,200};base64,/.exec(text) ?? []
  return head === undefined ? map(text) : head + mapBase64(text.slice(head.length), type!, map)
}

/** A file, with its type beside it; Anthropic has plain text in the same place, and OpenAI's audio a `format`. */
function mapFile(data: string, { type, media_type, mime_type, mimeType, mediaType, format }: Json, map: MapText): string {
  if (type === 'text') return map(data)
  const media = [media_type, mime_type, mimeType, mediaType].find((of) => typeof of === 'string') as string | undefined
  if (media !== undefined) return mapBase64(data, media, map)
  return typeof format === 'string' ? data : map(data)
}

/** Images and the like are left as they are; a file of text is text. */
function mapBase64(data: string, type: string, map: MapText): string {
  if (!/^(?:text\/|application\/(?:json|xml|x-?yaml|javascript)\b)/i.test(type)) return data
  const text = Buffer.from(data, 'base64').toString('utf8')
  const mapped = map(text)
  return mapped === text ? data : Buffer.from(mapped).toString('base64')
}

function mapList(list: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  const mapped = list.map(map)
  return mapped.every((item, index) => item === list[index]) ? list : mapped
}

function mapMembers(object: Json, map: (name: string, member: unknown) => unknown): Json {
  const entries = Object.entries(object).map(([name, member]) => [name, map(name, member)] as const)
  return entries.every(([name, member]) => member === object[name]) ? object : Object.fromEntries(entries)
}
