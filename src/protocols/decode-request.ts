import type { DecodeContext, Decoded, Protocol } from './protocol.ts'

/** A format's `decode`, made of its `read`. */
export function decodeBy(read: Protocol['read']): Protocol['decode'] {
  return (body: Record<string, unknown>, { resolveModel, ...context }: DecodeContext): Decoded => {
    const head = read(body, context)
    return head.decode(resolveModel(head.model))
  }
}
