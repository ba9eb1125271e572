import { expect, it } from 'vitest'
import { observeStream, type StreamObserver } from '../../src/plugin/provider-stream.ts'

/** What is heard of a stream of Google's. */
async function heard(parts: object[]): Promise<string[]> {
  const signatures: string[] = []
  const observer = { textSignature: (signature: string) => void signatures.push(signature), usage: () => {} } as unknown as StreamObserver
  const text = `data: ${JSON.stringify({ candidates: [{ content: { parts } }] })}\n\ndata: {"usageMetadata":{}}\n\n`
  const response = new Response(text, { headers: { 'content-type': 'text/event-stream' } })
  expect(await observeStream(response, 'gemini', observer, () => expect.unreachable()).text()).toBe(text)
  return signatures
}

it('hears what signs an empty text, and nothing that opencode hears itself', async () => {
  expect(
    await heard([
      { text: 'Hm.', thoughtSignature: 'a' },
      { text: '', thought: true, thoughtSignature: 'b' },
      { functionCall: { name: 'read' }, thoughtSignature: 'c' },
      { text: '' },
      { text: '', thoughtSignature: 'd' },
    ]),
  ).toEqual(['d'])
})
