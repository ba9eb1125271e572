import type { JsonPiece } from './shapes.ts'
import type { Says } from './encode.ts'

/**
 * Whether a request asks for no answer but for its model to be put into the server's memory, or taken out of it: it has a
 * model and nothing to say.
 */
export function asksToLoad(body: Record<string, unknown>, says: Says): boolean {
  const content = says === 'message' ? body.messages : body.prompt
  const empty = content === undefined || content === null || (Array.isArray(content) ? content.length === 0 : content === '')
  const images = says === 'response' && Array.isArray(body.images) && body.images.length > 0
  return empty && !images && typeof body.model === 'string' && body.model !== ''
}

/** The answer to one: a model is where its provider has it, at any time. */
export function encodeLoaded({ model, keep_alive: lifetime }: Record<string, unknown>, says: Says): JsonPiece {
  return {
    model: String(model),
    created_at: new Date().toISOString(),
    ...(says === 'message' ? { message: { role: 'assistant', content: '' } } : { response: '' }),
    done: true,
    done_reason: lifetime === 0 || lifetime === '0' ? 'unload' : 'load',
  }
}
