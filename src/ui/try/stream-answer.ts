import { createParser } from 'eventsource-parser'
import { ask } from '../live/api.ts'
import { type AnswerFacts, answerTurn, type Turn } from './turns.ts'

interface Chunk {
  model?: string
  choices?: { delta?: Delta }[]
  usage?: { prompt_tokens?: number; completion_tokens?: number; cost?: number | string | null } | null
  error?: { message?: string }
}

interface Delta {
  content?: string | null
  reasoning_content?: string | null
  reasoning?: string | null
  tool_calls?: { index: number; id?: string; function?: { name?: string; arguments?: string } }[]
}

/**
 * Asks for an answer and tells how it grows.
 * @throws what the daemon refused it with; an error of a stream that had begun is told in the turn
 */
export async function streamAnswer(body: object, onTurn: (turn: Turn) => void, signal: AbortSignal): Promise<void> {
  const begun = performance.now()
  const response = await ask('/v1/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal })
  let turn: Turn = { ...answerTurn(), facts: headFacts(response.headers) }
  const change = (more: Partial<Turn>) => onTurn((turn = { ...turn, ...more }))
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') return
      const chunk = JSON.parse(data) as Chunk
      const facts = factsOf(chunk, turn.facts)
      if (facts.firstToken === undefined && hasPiece(chunk)) facts.firstToken = performance.now() - begun
      change({ ...grown(turn, chunk.choices?.[0]?.delta), facts, ...(chunk.error && { error: chunk.error.message ?? 'The answer failed.' }) })
    },
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) parser.feed(piece.value)
  change({ facts: { ...turn.facts, duration: performance.now() - begun } })
}

function headFacts(headers: Headers): AnswerFacts {
  const [lane, engine, model, ignored] = ['x-bridge-lane', 'x-bridge-engine', 'x-bridge-model', 'x-bridge-ignored'].map((name) => headers.get(name))
  return { ...(lane && { lane }), ...(engine && { engine }), ...(model && { model }), ...(ignored && { ignored }) }
}

function factsOf({ usage }: Chunk, facts: AnswerFacts): AnswerFacts {
  if (!usage) return { ...facts }
  const { prompt_tokens, completion_tokens, cost } = usage
  return {
    ...facts,
    ...(prompt_tokens !== undefined && { inputTokens: prompt_tokens }),
    ...(completion_tokens !== undefined && { outputTokens: completion_tokens }),
    ...(cost !== undefined && cost !== null && { cost: String(cost) }),
  }
}

function hasPiece({ choices }: Chunk): boolean {
  const delta = choices?.[0]?.delta
  return Boolean(delta?.content || delta?.reasoning_content || delta?.reasoning || delta?.tool_calls)
}

function grown(turn: Turn, delta: Delta = {}): Pick<Turn, 'text' | 'reasoning' | 'calls'> {
  const calls = [...turn.calls]
  for (const { index, id, function: called } of delta.tool_calls ?? []) {
    const known = calls[index] ?? { id: '', name: '', arguments: '' }
    calls[index] = { id: id ?? known.id, name: known.name + (called?.name ?? ''), arguments: known.arguments + (called?.arguments ?? '') }
  }
  return { text: turn.text + (delta.content ?? ''), reasoning: turn.reasoning + (delta.reasoning_content ?? delta.reasoning ?? ''), calls }
}
