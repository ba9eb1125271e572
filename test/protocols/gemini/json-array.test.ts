import { expect, it } from 'vitest'
import { sseToJsonArray } from '../../../src/protocols/gemini/json-array.ts'

async function convert(chunks: Uint8Array[]): Promise<string> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  return new Response(source.pipeThrough(sseToJsonArray())).text()
}

it.each(['\n', '\r\n'])('makes one array of events, however they are cut, with lines that end in %j', async (end) => {
  const elements = [{ a: 'Grüße 🙂' }, { b: '\n\n' }, { c: 1 }]
  const frames = [': keep-alive\n\n', ...elements.flatMap((element) => [`data: ${JSON.stringify(element)}\n\n`, ': thinking\n\n'])]
  const bytes = new TextEncoder().encode([': keep-alive\n', ...frames].join('').replaceAll('\n', end))
  for (let round = 0; round < 50; round++) {
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(Math.random() * 20)
      chunks.push(bytes.slice(at, at + size))
      at += size
    }
    expect(JSON.parse(await convert(chunks))).toEqual(elements)
  }
})

it('is an empty array without events', async () => {
  expect(JSON.parse(await convert([]))).toEqual([])
})
