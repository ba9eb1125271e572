import { createHash } from 'node:crypto'
import { isObject } from '../../core/json-value.ts'
import type { FilePart, OutputFormat, Tool } from '../../core/prompt.ts'
import { present } from './present.ts'
import type { ToolNames } from './tool-names.ts'
import { toolSchema } from './tool-schema.ts'

/** What the bodies of OpenAI's two formats have in common. */

type Json = Record<string, unknown>

export function dataUrl({ mediaType, data }: FilePart): string {
  return `data:${mediaType};base64,${data}`
}

/** OpenAI demands a name of every file. */
export function filenameOf({ filename, mediaType }: FilePart): string {
  return filename ?? `document.${mediaType === 'application/pdf' ? 'pdf' : mediaType.split('/')[1]}`
}

/** OpenAI's names of audio formats, where they differ from the media type. */
const AUDIO_FORMATS: Record<string, string> = { mpeg: 'mp3', 'x-wav': 'wav', wave: 'wav', 'vnd.wave': 'wav' }

export function audioOf({ mediaType, data }: FilePart): Json {
  const kind = mediaType.slice('audio/'.length)
  return { data, format: AUDIO_FORMATS[kind] ?? kind }
}

/** The definition of a function. A strict one has to say that it takes nothing. */
export function functionOf({ name, description, parameters = {}, strict }: Tool, names: ToolNames): Json {
  const closed = strict && Object.keys(parameters).length === 0 ? { required: [], additionalProperties: false } : {}
  return { name: names.toProvider(name), ...present({ description }), parameters: { ...toolSchema(parameters), ...closed }, ...present({ strict }) }
}

export function schemaOf({ name, description, schema, strict }: Extract<OutputFormat, { type: 'json-schema' }>): Json {
  return { name, ...present({ description }), schema, strict }
}

/** An id that is too long for a provider, as a digest; that of its result is the same. */
export function shortId(id: string, longest: number): string {
  return id.length <= longest ? id : `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}

/**
 * Adds what the user's opencode configuration asks for and the body leaves out.
 * @param joined fields whose parts are asked for one by one
 */
export function withConfigured(body: Json, configured: Json, joined: readonly string[] = []): Json {
  const filled: Json = { ...body }
  for (const [name, value] of Object.entries(configured)) {
    const own = body[name]
    // A provider refuses to be told how to call tools that there are none of.
    if (own === undefined && !(ABOUT_TOOLS.includes(name) && body.tools === undefined)) filled[name] = value
    else if (joined.includes(name) && isObject(own) && isObject(value)) filled[name] = { ...value, ...own }
  }
  return filled
}

const ABOUT_TOOLS: readonly string[] = ['tool_choice', 'parallel_tool_calls']
