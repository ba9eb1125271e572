import { decodeBy } from '../decode-request.ts'
import type { Protocol } from '../protocol.ts'
import { line, type Says } from './encode.ts'
import { encodeOllamaError } from './error.ts'
import { HINTS, parameterNames } from './parameters.ts'
import { readChat, readGenerate } from './read.ts'
import { chatSchema, generateSchema } from './schema.ts'

/** Ollama's chat. */
export const ollamaChat: Protocol = format('message', chatSchema, readChat)

/** Ollama's answer to one text. */
export const ollamaGenerate: Protocol = format('response', generateSchema, readGenerate)

function format(says: Says, requestSchema: Protocol['requestSchema'], read: Protocol['read']): Protocol {
  return {
    name: says === 'message' ? 'ollama-chat' : 'ollama-generate',
    parameterNames,
    hints: HINTS,
    streamType: 'application/x-ndjson',
    heartbeat: silence(says),
    comments: false,
    requestSchema,
    read,
    decode: decodeBy(read),
    encodeError: encodeOllamaError,
  }
}

/** A piece that adds nothing: each line has to be one, with a time that can be read. */
function silence(says: Says): string {
  const said = says === 'message' ? { message: { role: 'assistant', content: '' } } : { response: '' }
  return line({ model: '', created_at: new Date(0).toISOString(), ...said, done: false })
}

export { embedSchema, embeddingsSchema, readEmbed, readEmbeddings } from './embeddings.ts'
export { encodeOllamaError } from './error.ts'
export { asksToLoad, encodeLoaded } from './load.ts'
export { API_VERSION, encodeShown, encodeTags } from './models.ts'
