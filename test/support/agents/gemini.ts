import { TOOLS } from '../strict/by-hand.ts'
import type { Agent } from './loop.ts'

/** Google's Gemini. */
export function geminiAgent(): Agent {
  const contents: any[] = [{ role: 'user', parts: [{ text: 'Go' }] }]
  return {
    request: (model, stream) => ({
      path: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      body: { contents, tools: TOOLS.gemini, generationConfig: { thinkingConfig: { includeThoughts: true } } },
    }),
    take(answer) {
      const parts = [answer]
        .flat()
        .flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
        .filter(holdsSomething)
      contents.push({ role: 'model', parts })
      const text = parts.map(({ text = '', thought }: any) => (thought ? '' : text)).join('')
      return { calls: parts.flatMap(({ functionCall }: any) => (functionCall ? [{ id: functionCall.id, name: functionCall.name }] : [])), text }
    },
    say: (text) => void contents.push({ role: 'user', parts: [{ text }] }),
    results(results) {
      const calls = contents.at(-1).parts.flatMap(({ functionCall }: any) => functionCall ?? [])
      const parts = results.map((output, index) => ({
        functionResponse: { ...(calls[index].id && { id: calls[index].id }), name: calls[index].name, response: { output } },
      }))
      contents.push({ role: 'user', parts })
    },
  }
}

/** A stream may end with an empty text, which is nothing unless it is signed. */
function holdsSomething({ text, functionCall, thoughtSignature }: any): boolean {
  return Boolean(text || functionCall || thoughtSignature)
}
