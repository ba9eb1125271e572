import type { AnswerEvent, FinishReason } from '../../src/core/answer-event.ts'
import type { Model } from '../../src/core/model.ts'
import type { Prompt, Tool } from '../../src/core/prompt.ts'
import type { Usage } from '../../src/core/usage.ts'
import { generate, type GenerationSettings } from '../../src/generation/generate.ts'

export const USAGE: Usage = { input: 10, output: 5, cachedInput: 4, cacheWrites: 3, reasoning: 1 }
export const TWICE: Usage = { input: 20, output: 10, cachedInput: 8, cacheWrites: 6, reasoning: 2 }

/** Plays one answer per call, records the prompts, and knows how many answers were left or read to their end. */
export class ScriptedEngine {
  readonly prompts: Prompt[] = []
  /** How many generators have ended. */
  ended = 0
  /** How many events were taken from it. */
  taken = 0
  readonly #answers: AnswerEvent[][]

  constructor(...answers: AnswerEvent[][]) {
    this.#answers = answers
  }

  async *generate(prompt: Prompt): AsyncGenerator<AnswerEvent> {
    const answer = this.#answers[this.prompts.length]
    this.prompts.push(prompt)
    if (!answer) throw new Error('one call too many')
    try {
      for (const event of answer) {
        this.taken++
        yield event
      }
    } finally {
      this.ended++
    }
  }
}

/** An answer of text, in these deltas. */
export function say(texts: string | string[], reason: FinishReason = 'stop', usage: Usage | undefined = USAGE): AnswerEvent[] {
  return [...[texts].flat().map((text): AnswerEvent => ({ type: 'text-delta', text })), { type: 'finish', reason, usage }]
}

export interface RunOptions {
  prompt?: Partial<Prompt>
  model?: Partial<Model>
  settings?: Partial<GenerationSettings>
  /** Whether the provider holds the model to the output format, where the way to it says so. */
  carriesOutput?: boolean
}

/** Generates through the layer. */
export function start(engine: Pick<ScriptedEngine, 'generate'>, { prompt, model, settings, carriesOutput }: RunOptions = {}): AsyncIterable<AnswerEvent> {
  return generate(
    (prompt) => engine.generate(prompt),
    { ...PROMPT, ...prompt },
    { ...MODEL, ...model },
    { jsonTools: [], nativeTools: [], structuredOutput: 'auto', ...settings },
    carriesOutput,
  )
}

export async function collect(events: AsyncIterable<AnswerEvent>): Promise<AnswerEvent[]> {
  const collected: AnswerEvent[] = []
  for await (const event of events) collected.push(event)
  return collected
}

export interface Summary {
  text: string
  reasoning: string
  calls: { name: string; arguments: string }[]
  reason: FinishReason | undefined
  usage: Usage | undefined
}

/** What a client makes of the events, whatever their deltas; ids are checked to be new. */
export function summarise(events: readonly AnswerEvent[]): Summary {
  const summary: Summary = { text: '', reasoning: '', calls: [], reason: undefined, usage: undefined }
  const ids = new Set<string>()
  for (const event of events) {
    if (summary.reason !== undefined) throw new Error(`${event.type} after the end`)
    if (event.type === 'text-delta') summary.text += event.text
    if (event.type === 'reasoning-delta') summary.reasoning += event.text
    if (event.type === 'tool-call-start') {
      if (!/^call_[0-9a-f]{24}$/.test(event.id) || ids.has(event.id)) throw new Error(`the id ${event.id}`)
      ids.add(event.id)
      if (event.index !== summary.calls.length) throw new Error(`the index ${event.index}`)
      summary.calls.push({ name: event.name, arguments: '' })
    }
    if (event.type === 'tool-call-delta') summary.calls[event.index]!.arguments += event.arguments
    if (event.type === 'finish') Object.assign(summary, { reason: event.reason, usage: event.usage })
  }
  return summary
}

export async function run(engine: Pick<ScriptedEngine, 'generate'>, options: RunOptions = {}): Promise<Summary> {
  return summarise(await collect(start(engine, options)))
}

/** Cuts of the text into deltas: all in one, one by one, and random ones, always the same. */
export function splits(text: string, count = 60): string[][] {
  const random = numbers(text.length + 1)
  const cuts = Array.from({ length: count }, (_, round) => {
    const pieces: string[] = []
    for (let start = 0; start < text.length;) {
      const length = 1 + Math.floor(random() * (2 + (round % 12)))
      pieces.push(text.slice(start, start + length))
      start += length
    }
    return pieces
  })
  return [[text], text.split(''), ...cuts]
}

/** Pseudo-random numbers from 0 to 1. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

export const WEATHER: Tool = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } }, required: ['city'], additionalProperties: false },
}
export const NOW: Tool = { name: 'now' }

/** The text of a call, as the model is told to write it. */
export function written(tool: string, args: unknown): string {
  return `<tool_call>\n${JSON.stringify({ tool, args })}\n</tool_call>`
}

const PROMPT: Prompt = {
  model: 'test/model',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  toolChoice: { type: 'auto' },
  output: { type: 'text' },
  parameters: {},
}

const MODEL: Model = {
  id: 'test/model',
  provider: 'test',
  name: 'model',
  contextLength: 1000,
  maxOutputTokens: 100,
  toolCall: true,
  reasoning: false,
  input: { image: false, pdf: false, audio: false },
  wire: 'chat',
  efforts: [],
  releaseDate: '',
}
