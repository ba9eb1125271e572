import { createRequire } from 'node:module'
import type { DraftMessage, DraftPart, DraftPrompt } from './draft-prompt.ts'

/** Beyond so many characters the rest of each text is taken to be like its beginning, lest counting hold up every other request. */
const MAX_COUNTED = 400_000

/** Tokens that vendors' formats spend on a message beside its content. */
const MESSAGE_OVERHEAD = 4

/** What an image of the size to which vendors scale takes at most of them. */
const IMAGE_TOKENS = 1_500

/** What a page of a PDF takes, as text and as an image. */
const PAGE_TOKENS = 2_500

/** Base64 characters of compressed audio that take one token: about 16 kB and 32 tokens a second. */
const AUDIO_CHARACTERS = 650

/** Joining in a run takes time by the square of its length; no word is that long. */
const LONG_RUN = /(\S{128}|\s{128})/u

type Encoding = Pick<typeof import('gpt-tokenizer/encoding/o200k_base'), 'countTokens'>

const require = createRequire(import.meta.url)
let encoding: Encoding | undefined

/**
 * Estimates how many tokens a prompt takes: its text by the vocabulary of OpenAI's newer models, whatever the model,
 * which is right to some ten per cent for others; files by what vendors say of their kind. The first call takes about
 * 0.1 s and 70 MB, for the vocabulary.
 * @param maxCounted how many characters are counted at most; 10,000 take some milliseconds
 */
export function estimateTokens({ messages, tools, output }: DraftPrompt, maxCounted = MAX_COUNTED): number {
  const files = messages.flatMap((message) =>
    message.role === 'user' || message.role === 'tool' ? message.content.filter((part) => part.type !== 'text') : [],
  )
  const texts = [
    ...messages.flatMap(textsOf),
    ...(tools.length > 0 ? [JSON.stringify(tools)] : []),
    ...(output.type === 'json-schema' ? [JSON.stringify(output.schema)] : []),
  ]
  return countTexts(texts, maxCounted) + messages.length * MESSAGE_OVERHEAD + files.reduce((sum, file) => sum + fileTokens(file), 0)
}

function textsOf(message: DraftMessage): string[] {
  switch (message.role) {
    case 'user':
    case 'tool':
      return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
    case 'assistant':
      // Tokens are left out: what vendors count of them, nobody else can know.
      return message.parts.flatMap((part) => (part.type === 'tool-call' ? [part.name, part.arguments] : [part.text]))
    case 'system':
      return [message.content]
  }
}

function countTexts(texts: readonly string[], maxCounted: number): number {
  const all = texts.reduce((sum, text) => sum + text.length, 0)
  const share = Math.min(1, maxCounted / all)
  let characters = 0
  let tokens = 0
  for (const text of texts) {
    // Prose, code and data have different words, so each has its part in what is counted.
    const counted = text.slice(0, Math.round(text.length * share))
    characters += counted.length
    tokens += countText(counted)
  }
  return characters === all ? tokens : Math.round((tokens * all) / characters)
}

function countText(text: string): number {
  encoding ??= require('gpt-tokenizer/encoding/o200k_base') as Encoding
  const { countTokens } = encoding
  // What looks like a control token is text here.
  const options = { disallowedSpecial: new Set<string>() }
  return text.split(LONG_RUN).reduce((sum, piece) => sum + (piece === '' ? 0 : countTokens(piece, options)), 0)
}

function fileTokens(file: Exclude<DraftPart, { type: 'text' }>): number {
  if (file.type === 'remote-file' || file.mediaType.startsWith('image/')) return IMAGE_TOKENS
  if (file.mediaType.startsWith('audio/')) return Math.ceil(file.data.length / AUDIO_CHARACTERS)
  return PAGE_TOKENS * countPages(file.data)
}

/** The pages that a PDF shows without being unpacked; at least one. */
function countPages(data: string): number {
  const pages = Buffer.from(data, 'base64')
    .toString('latin1')
    .match(/\/Type\s*\/Page(?![a-zA-Z])/g)
  return Math.max(1, pages?.length ?? 0)
}
