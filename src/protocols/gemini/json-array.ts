const DATA = 'data: '

/**
 * Rewrites a stream of server-sent events as one JSON array, an element for each event. What is a comment becomes an
 * empty line, which JSON allows between elements; it has the same use for whoever waits.
 */
export function sseToJsonArray(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let rest = ''
  let begun = false

  function element(frame: string): string {
    if (!frame.startsWith(DATA)) return '\n'
    const separator = begun ? ',\n' : '['
    begun = true
    return separator + frame.slice(DATA.length)
  }

  return new TransformStream({
    transform(bytes, controller) {
      const frames = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
      rest = frames.pop()!
      if (frames.length > 0) controller.enqueue(encoder.encode(frames.map(element).join('')))
    },
    flush(controller) {
      controller.enqueue(encoder.encode(begun ? ']\n' : '[]\n'))
    },
  })
}
