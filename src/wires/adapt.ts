import type { CallForm, KnownWire } from '../core/call.ts'
import { isObject } from '../core/json-value.ts'
import { noThreads } from '../core/no-threads.ts'
import { dialectOf } from './chat/dialect.ts'
import { withoutEmptyTools, withoutForeignThoughts, withoutGaps } from './chat/passed-body.ts'
import { tellsUsage } from './chat/usage-chunk.ts'
import { withoutEmptyTexts } from './gemini/passed-body.ts'
import { withoutParsed } from './responses/passed-body.ts'
import type { Adapted } from './shared/adapted.ts'
import { withPlainFiles } from './shared/plain-files.ts'
import { preambleChange } from './shared/preamble.ts'
import { isChatGpt, isCopilot, isHost } from './shared/providers.ts'

interface Situation {
  /** The client's own. */
  asked: Readonly<Record<string, unknown>>
  /** The same with the changes so far. */
  body: Readonly<Record<string, unknown>>
  form: CallForm
}

interface Change {
  why: string
  applies(situation: Situation): boolean
  change(situation: Situation): Adapted
}

/**
 * Every change that a body undergoes on its way to a provider of its own format. All else passes as the client wrote
 * it, known to the bridge or not.
 */
const CHANGES: readonly Change[] = [
  {
    why: 'Clients write base64 without padding, with line breaks or for URLs, and data URLs with parameters; of the servers, only Google’s are sure to take them.',
    applies: ({ form }) => form.wire !== 'gemini',
    change: ({ body, form }) => only(plainFiles(body, form)),
  },
  {
    why: 'Clients name models as the bridge lists them; Gemini’s are in the address.',
    applies: ({ form }) => form.wire !== 'gemini',
    change: ({ form }) => only({ model: form.apiModel }),
  },
  {
    why: 'Clients send an answer back as they got it; OpenAI, Mistral, Groq and Cerebras refuse the fields in which other models’ thoughts were told.',
    applies: ({ form }) => form.wire === 'chat',
    change: ({ body, form }) => only(withoutForeignThoughts(body, form)),
  },
  {
    why: 'OpenAI refuses an answer without content or calls, and lists of no calls and no tools; clients that write every field send them.',
    applies: ({ form }) => form.wire === 'chat',
    change: ({ body }) => only({ ...withoutGaps(body), ...withoutEmptyTools(body) }),
  },
  {
    why: 'Most servers tell what a stream has used only where they are asked to, and the bridge wants to know. The client is not told of it, see `UsageChunkFilter`.',
    applies: ({ asked, form }) => form.wire === 'chat' && asked.stream === true && !tellsUsage(asked) && !dialectOf(form).mistral,
    change: ({ body }) => only({ stream_options: { ...(isObject(body.stream_options) ? body.stream_options : {}), include_usage: true } }),
  },
  {
    why: 'OpenAI’s package adds what it has parsed to the items that it gives its caller, who sends them back; OpenAI refuses those fields.',
    applies: ({ form }) => form.wire === 'responses',
    change: ({ body }) => only(withoutParsed(body)),
  },
  {
    why: 'Google refuses an empty text, and its package sends back the one that ends a stream.',
    applies: ({ form }) => form.wire === 'gemini',
    change: ({ body }) => only(withoutEmptyTexts(body)),
  },
  {
    why: 'Anthropic alone holds threads. Its package goes on without where that is said, and not where the field is refused as unknown.',
    applies: ({ body, form }) => form.wire === 'messages' && body.thread != null && !isHost(form.url, 'anthropic.com'),
    change: () => {
      throw noThreads()
    },
  },
  {
    why: 'A provider that cannot stream is asked for the whole answer, of which the bridge makes a stream.',
    applies: ({ body, form }) => form.wholeOnly === true && form.wire !== 'gemini' && body.stream === true,
    change: () => only({ stream: false, stream_options: undefined }),
  },
  {
    why: 'What the user’s own opencode configuration says of the model holds where the client says nothing.',
    applies: ({ form }) => Object.keys(form.configured).length > 0,
    change: ({ body, form }) => only(leftOut(body, form)),
  },
  {
    why: 'A login whose provider takes calls of one program only has every system prompt begin as that program’s does.',
    applies: ({ form }) => form.preamble.length > 0,
    change: ({ body, form }) => only(preambleChange(body, form)),
  },
  {
    why: 'ChatGPT’s backend refuses a call that would be stored or is no stream, or that has no instructions.',
    applies: ({ form }) => isChatGpt(form),
    change: ({ body, form }) =>
      only({ store: false, stream: true, ...(typeof body.instructions === 'string' ? {} : { instructions: form.defaults.instructions }) }),
  },
  {
    why: 'ChatGPT’s backend takes a list of items only.',
    applies: ({ body, form }) => isChatGpt(form) && typeof body.input === 'string',
    change: ({ body }) => only({ input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: body.input }] }] }),
  },
  {
    why: 'ChatGPT’s backend refuses a limit of tokens.',
    applies: ({ body, form }) => isChatGpt(form) && body.max_output_tokens != null,
    change: () => ({ changes: { max_output_tokens: undefined }, ignored: ['max_output_tokens'] }),
  },
  {
    why: 'GitHub Copilot stores no responses, and refuses to be asked to; the bridge keeps them itself.',
    applies: ({ body, form }) => isCopilot(form) && form.wire === 'responses' && form.defaults.store === false && body.store !== false,
    change: () => only({ store: false }),
  },
  {
    why: 'What the bridge keeps in place of such a provider goes back to it later, where reasoning without its content is unknown.',
    applies: ({ asked, form }) => form.wire === 'responses' && (isChatGpt(form) || isCopilot(form)) && asked.store !== false && !asksForReasoning(asked),
    change: ({ body }) => only({ include: [...(Array.isArray(body.include) ? body.include : []), ENCRYPTED] }),
  },
  {
    why: 'GitHub Copilot runs none of the tools that OpenAI hosts, and refuses a call that offers one.',
    applies: ({ body, form }) => isCopilot(form) && form.wire === 'responses' && hostedTools(body).length > 0,
    change: ({ body }) => withoutHostedTools(body),
  },
]

/**
 * What has to change for a body to be passed to a provider of its own format.
 * @throws BridgeError 400 for what this provider cannot do, where its own answer would mislead the client
 */
export function adapt(body: Readonly<Record<string, unknown>>, form: CallForm): Adapted {
  const adapted: Adapted = { changes: {}, ignored: [] }
  for (const { applies, change } of CHANGES) {
    const situation = { asked: body, body: { ...body, ...adapted.changes }, form }
    if (!applies(situation)) continue
    const { changes, ignored } = change(situation)
    Object.assign(adapted.changes, changes)
    adapted.ignored.push(...ignored)
  }
  return adapted
}

/** Whether the provider is asked for a stream, where the client wants one or does not. */
export function asksForStream(form: CallForm, wanted: boolean): boolean {
  return isChatGpt(form) || (wanted && !form.wholeOnly)
}

function only(changes: Record<string, unknown>): Adapted {
  return { changes, ignored: [] }
}

function plainFiles(body: Readonly<Record<string, unknown>>, { wire }: CallForm): Record<string, unknown> {
  const field = wire === 'responses' ? 'input' : 'messages'
  const plain = withPlainFiles(body[field])
  return plain === body[field] ? {} : { [field]: plain }
}

/** In Gemini's format most of what can be configured is in one field. */
function leftOut(body: Readonly<Record<string, unknown>>, { wire, configured }: CallForm): Record<string, unknown> {
  const missing = Object.entries(configured).filter(([name]) => body[name] === undefined && fits(wire, name, body, configured))
  const generation = configured.generationConfig
  if (wire !== 'gemini' || typeof generation !== 'object' || typeof body.generationConfig !== 'object') return Object.fromEntries(missing)
  return { ...Object.fromEntries(missing), generationConfig: { ...generation, ...body.generationConfig } }
}

/** A budget that is larger than the client's own limit would be refused. */
function fits(wire: KnownWire, name: string, body: Readonly<Record<string, unknown>>, configured: Record<string, unknown>): boolean {
  if (wire !== 'messages' || name !== 'thinking') return true
  const { budget_tokens: budget = 0 } = configured.thinking as { budget_tokens?: number }
  return typeof body.max_tokens !== 'number' || budget < body.max_tokens
}

function hostedTools({ tools }: Readonly<Record<string, unknown>>): { type: string }[] {
  return Array.isArray(tools) ? tools.filter((tool: { type?: unknown } | null) => typeof tool?.type === 'string' && !CLIENTS.has(tool.type)) : []
}

const ENCRYPTED = 'reasoning.encrypted_content'

function asksForReasoning({ include }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(include) && include.includes(ENCRYPTED)
}

/** Kinds of tools that the client runs itself. */
const CLIENTS: ReadonlySet<string> = new Set(['function', 'custom'])

function withoutHostedTools(body: Readonly<Record<string, unknown>>): Adapted {
  const hosted = hostedTools(body)
  const left = (body.tools as unknown[]).filter((tool) => !hosted.includes(tool as { type: string }))
  return { changes: { tools: left.length > 0 ? left : undefined }, ignored: hosted.map(({ type }) => `tools.${type}`) }
}
