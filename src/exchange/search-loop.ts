import type { Event } from '../core/event.ts'
import { BridgeError } from '../core/errors.ts'
import { parseObject } from '../core/json-text.ts'
import type { CallPart, Message, Prompt, Tool } from '../core/prompt.ts'
import { type MadeSearch, type OfferedSearch, SEARCH_TOOL, type SearchService } from '../core/search.ts'
import { addUsage, type Usage } from '../core/usage.ts'
import type { Run } from '../generation/adaption.ts'
import { messageOf } from '../protocols/answer.ts'
import { AnswerParts } from '../protocols/answer-parts.ts'

/** How often a model may search in one answer where the client does not say. */
const MAX_SEARCHES = 10

/**
 * Makes the searches that a model asks for where its client offers them and its provider cannot: the model sees a tool,
 * calls and results as of any other, and the client an answer in which searches were made. Where the model calls a tool of
 * the client's as well, that comes first: the search is left out, and the model may ask again once it has the result.
 */
export function withSearch(run: Run, service: SearchService, signal: AbortSignal): Run {
  return async function* ({ search: offered = {}, ...prompt }) {
    const tool = searchTool(prompt.tools)
    let asked: Prompt = { ...prompt, tools: [...prompt.tools, tool] }
    let usage: Usage | undefined
    let left = offered.maxUses ?? MAX_SEARCHES
    let made = 0
    for (;;) {
      const round = new Round(tool.name)
      let finish: Extract<Event, { type: 'finish' }> | undefined
      for await (const event of run(asked)) {
        if (event.type === 'finish') finish = event
        else yield* round.hear(event)
      }
      if (finish === undefined) return
      usage = addUsage(usage, finish.usage)
      const calls = round.searches()
      if (calls.length === 0 || round.callsClient || finish.reason === 'length' || finish.reason === 'content-filter') {
        yield { ...finish, usage }
        return
      }
      const results: Message[] = []
      for (const call of calls) {
        const search = await searchFor(call, left-- > 0, { service, offered, signal, id: `${made++}` })
        yield { type: 'search', search }
        results.push(resultOf(call, search))
      }
      // Whoever asks for more than it may have answers with what it has; a call is demanded once.
      const toolChoice = { type: left < 0 ? ('none' as const) : ('auto' as const) }
      asked = { ...asked, toolChoice, messages: [...asked.messages, round.message(), ...results] }
    }
  }
}

/** What a model says until it asks for something. */
class Round {
  readonly #name: string
  readonly #parts = new AnswerParts()
  /** The numbers of the client's calls, by those that the model gave. */
  readonly #calls = new Map<number, number>()

  constructor(name: string) {
    this.#name = name
  }

  get callsClient(): boolean {
    return this.#calls.size > 0
  }

  /** @returns what of it the client hears */
  hear(event: Exclude<Event, { type: 'finish' }>): Event[] {
    if (event.type === 'retry') return [event]
    if (event.type === 'logprobs') return [event]
    this.#parts.add(event)
    if (event.type === 'tool-call-start') {
      if (event.name === this.#name) return []
      this.#calls.set(event.index, this.#calls.size)
    }
    if (!('index' in event)) return [event]
    const index = this.#calls.get(event.index)
    return index === undefined ? [] : [{ ...event, index }]
  }

  searches(): CallPart[] {
    return this.#parts.parts().filter((part) => part.type === 'tool-call' && part.name === this.#name) as CallPart[]
  }

  message(): Message {
    return messageOf({ parts: this.#parts.parts() })
  }
}

interface SearchOptions {
  service: SearchService
  offered: OfferedSearch
  signal: AbortSignal
  id: string
}

async function searchFor(call: CallPart, allowed: boolean, { service, offered, signal, id }: SearchOptions): Promise<MadeSearch> {
  const query = parseObject(call.arguments)?.query
  const none = { id, query: typeof query === 'string' ? query : '', hits: [] }
  if (!allowed) return { ...none, failure: 'There are no more searches for this answer. Answer with what you have.' }
  if (none.query.trim() === '') return { ...none, failure: "The search has no 'query', a text." }
  try {
    return { ...none, hits: await service.search(none.query, offered, signal) }
  } catch (error) {
    if (signal.aborted) throw error
    return { ...none, failure: error instanceof BridgeError ? error.message : 'The search failed.' }
  }
}

function resultOf({ id }: CallPart, { hits, failure }: MadeSearch): Message {
  const found = hits.map(({ title, url, text }, index) => `${index + 1}. [${title}](${url})\n${text}`).join('\n\n')
  const text = failure ?? (found === '' ? 'Nothing was found.' : `${found}\n\nCite what you use as Markdown links, [title](url), with these very addresses.`)
  return { role: 'tool', toolCallId: id, content: [{ type: 'text', text }], ...(failure !== undefined && { isError: true }) }
}

function searchTool(others: readonly Tool[]): Tool {
  const taken = others.some(({ name }) => name === SEARCH_TOOL)
  return {
    name: taken ? `bridge_${SEARCH_TOOL}` : SEARCH_TOOL,
    description: 'Searches the web. Gives titles, addresses and excerpts of pages.',
    parameters: {
      type: 'object',
      properties: { query: { type: 'string', description: 'What to search for, as for a search engine.' } },
      required: ['query'],
      additionalProperties: false,
    },
  }
}
