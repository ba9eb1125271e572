import { createParser } from 'eventsource-parser'

/**
 * Rewrites a stream of server-sent events as one JSON array, an element for each event. What is a comment becomes an
 * empty line, which JSON allows between elements; it has the same use for whoever waits.
 */
export function sseToJsonArray(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let text = ''
  let begun = false
  const parser = createParser({
    onEvent: ({ data }) => {
      text += (begun ? ',\n' : '[') + data
      begun = true
    },
    onComment: () => {
      text += '\n'
    },
  })

  return new TransformStream({
    transform(bytes, controller) {
      parser.feed(decoder.decode(bytes, { stream: true }))
      if (text === '') return
      controller.enqueue(encoder.encode(text))
      text = ''
    },
    flush(controller) {
      controller.enqueue(encoder.encode(begun ? ']\n' : '[]\n'))
    },
  })
}
