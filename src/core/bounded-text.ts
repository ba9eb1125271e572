/**
 * Reads a body as text, and lets go of it where it is longer than it may be: what others serve need not have an end, and
 * all of it would be in memory before anybody looked at it.
 * @param maxBytes as they arrive here, after a compression
 * @throws RangeError for a longer one
 */
export async function boundedText(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) throw new RangeError(`it is longer than ${maxBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
