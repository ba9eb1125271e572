import { type Json, isRecord } from './check.ts'
import { turnOf } from './history.ts'
import { callsOf, type IssuedAnswer, thinkingOf } from './ledger.ts'
import { chatReply, type ChatStyle, issueChat } from './openai/chat-answer.ts'
import { type ChatRules, turnStartOf } from './openai/chat-messages.ts'
import { type ChatRequest, checkChatRequest } from './openai/chat-request.ts'
import { detailDeltas, detailsOf, type Family, familyOf, joined } from './openrouter-details.ts'
import { Refusal } from './refusal.ts'
import type { Owner, Subject } from './tokens.ts'
import { newId, TOKENS, type Wire, type WireContext } from './wire.ts'

/** Google's word for a call that no Gemini model made, which gets through to it in the place of a token. */
const PLACEHOLDER = 'skip_thought_signature_validator'

/** OpenRouter passes on what it does not know. */
const RULES: ChatRules = { vendor: 'openrouter', closed: false, roles: ['system', 'developer', 'user', 'assistant', 'tool'] }

function styleOf(family: Family): ChatStyle {
  return {
    thinkingDeltas: (issued) =>
      detailDeltas(detailsOf(issued, family)).map((detail) => ({ content: '', reasoning: detail.text ?? detail.summary ?? null, reasoning_details: [detail] })),
    messageFields: (issued) => {
      if (thinkingOf(issued).length === 0) return { refusal: null, reasoning: null }
      return {
        refusal: null,
        reasoning:
          thinkingOf(issued)
            .map(({ text }) => text)
            .join('') || null,
        reasoning_details: detailsOf(issued, family),
      }
    },
    chunkFields: { provider: { anthropic: 'Anthropic', google: 'Google', openai: 'OpenAI' }[family] },
    usageChunk: 'last',
    comment: 'OPENROUTER PROCESSING',
    usageFields: { cost: 0.0003, is_byok: false, cost_details: { upstream_inference_cost: TOKENS.input * 1e-6 } },
  }
}

/** OpenRouter's chat: `reasoning_details` come back as received, and the vendor behind it refuses what is missing or wrong. */
export function openRouterChat(key: string): Wire {
  return {
    handle: ({ path, headers, body, provider }, context) => {
      if (headers.authorization !== `Bearer ${key}`)
        throw refusal('openrouter/key', 401, headers.authorization ? 'User not found.' : 'No auth credentials found')
      if (path !== '/chat/completions') throw refusal('openrouter/path', 404, 'Not Found')
      const request = checked(body)
      if (!context.knows(request.model)) throw refusal('openrouter/model', 400, `${request.model} is not a valid model ID`)
      const owner = { provider, model: request.model }
      const family = familyOf(request.model)
      const thinks = family === 'google' || asksForReasoning(request.body)
      request.body.messages.forEach((message: Json, index: number) => checkDetails(message, index, { request, owner, family, thinks, context }))
      const played = context.play(turnOf(request.model, request.entries, request.tools))
      const answer = thinks ? played : { ...played, pieces: played.pieces.filter(({ type }) => type !== 'thinking') }
      const issued = issueChat(owner, answer, () => '')
      sign(issued, family, context)
      context.issue(issued)
      return chatReply(request, answer, issued, styleOf(family))
    },
    failure: (status) => ({ error: { message: status === 429 ? 'Rate limit exceeded' : 'Provider returned error', code: status } }),
  }
}

/** OpenRouter's own envelope around what OpenAI's rules refuse. */
function checked(body: unknown): ChatRequest {
  try {
    return checkChatRequest(body, RULES)
  } catch (error) {
    throw error instanceof Refusal ? refusal(error.rule, error.status, error.message) : error
  }
}

function asksForReasoning({ reasoning, include_reasoning, reasoning_effort }: Json): boolean {
  if (isRecord(reasoning)) return reasoning.enabled !== false && reasoning.effort !== 'none'
  return include_reasoning === true || (typeof reasoning_effort === 'string' && reasoning_effort !== 'none')
}

function sign(issued: IssuedAnswer, family: Family, context: WireContext): void {
  for (const thinking of thinkingOf(issued)) {
    if (family === 'openai') thinking.id = newId('rs_')
    const id = family === 'google' ? callsOf(issued)[0]?.id : thinking.id
    thinking.token = context.mint(issued.owner, subjectOf({ ...thinking, id }, family))
  }
}

/** An encrypted block belongs to its id: with Gemini the first call of its step. */
function subjectOf({ text, redacted, id }: { text: string; redacted: boolean; id?: string | undefined }, family: Family): Subject {
  if (family === 'anthropic') return redacted ? { kind: 'redacted', content: '' } : { kind: 'thinking', content: text }
  return { kind: 'encrypted', content: id ?? '' }
}

interface Checking {
  request: ChatRequest
  owner: Owner
  family: Family
  thinks: boolean
  context: WireContext
}

function checkDetails(message: Json, index: number, { request, owner, family, thinks, context }: Checking): void {
  if (message.role !== 'assistant') return
  const given = joined(message.reasoning_details ?? [])
  const good = given.filter((detail) => isGood(detail, index, { owner, family, context }))
  const ids: string[] = (message.tool_calls ?? []).map(({ id }: Json) => id)
  if (ids.length === 0) return
  const turn = turnStartOf(request.body.messages)
  const known = context.answersWithCalls(owner, ids)
  const tokens = good.filter((detail) => family !== 'google' || detail.id === ids[0]).map(tokenOf)
  const complete = known.some((answer) => sameTokens(tokens, answer))
  if (index < turn) {
    if (known.length > 0 && !complete) context.lose('openrouter/reasoning-lost', `messages[${index}] came back without its reasoning_details`, 'earlier')
    return
  }
  const name = message.tool_calls[0].function.name
  const isExcused = given.some(({ data, id }) => id === ids[0] && data === PLACEHOLDER)
  if (family === 'google' && tokens.length === 0 && !isExcused) throw upstream('openrouter/details-missing', 'Google', missingSignature(name, index))
  if (family === 'anthropic' && thinks && (tokens.length === 0 || (known.length > 0 && !complete))) {
    const lacking = `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`tool_use\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`
    const modified = `messages.${index}.content.0: \`thinking\` or \`redacted_thinking\` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.`
    throw upstream('openrouter/details-missing', 'Anthropic', tokens.length === 0 ? lacking : modified)
  }
  if (known.length > 0 && !complete) context.lose('openrouter/reasoning-lost', `messages[${index}] came back without its reasoning_details`)
}

/** Whether the detail carries a token that is good; throws for a bad one, and passes over what carries none. */
function isGood(detail: Json, index: number, { owner, family, context }: Pick<Checking, 'owner' | 'family' | 'context'>): boolean {
  const token = tokenOf(detail)
  if (token === undefined || (family === 'google' && token === PLACEHOLDER)) return false
  const subject = subjectOf({ text: detail.text ?? '', redacted: detail.type === 'reasoning.encrypted', id: detail.id }, family)
  const fault = context.check(token, owner, subject)
  if (fault === undefined) return true
  if (family === 'anthropic')
    throw upstream(`openrouter/${fault}-token`, 'Anthropic', `messages.${index}.content.0: Invalid \`signature\` in \`thinking\` block`)
  if (family === 'google') throw upstream(`openrouter/${fault}-token`, 'Google', 'Thought signature is not valid.')
  throw upstream(
    `openrouter/${fault}-token`,
    'OpenAI',
    'The encrypted content could not be verified. Reason: Encrypted content could not be decrypted or parsed.',
  )
}

function tokenOf(detail: Json): string | undefined {
  return (detail.type === 'reasoning.encrypted' ? detail.data : detail.signature) ?? undefined
}

function sameTokens(tokens: readonly (string | undefined)[], answer: IssuedAnswer): boolean {
  const expected = thinkingOf(answer).map(({ token }) => token)
  return expected.length === tokens.length && expected.every((token, index) => token === tokens[index])
}

function missingSignature(name: string, index: number): string {
  const raw = {
    error: {
      code: 400,
      message: `Unable to submit request because function call \`default_api:${name}\` in the ${index + 1}. content block is missing a \`thought_signature\`. Learn more: https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures`,
      status: 'INVALID_ARGUMENT',
    },
  }
  return `Gemini models require OpenRouter reasoning details to be preserved in each request. Please refer to our docs: https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks. Upstream error: ${JSON.stringify(raw, null, 2)}`
}

function refusal(rule: string, status: number, message: string): Refusal {
  return new Refusal(rule, status, message, { error: { message, code: status } })
}

/** What the vendor behind OpenRouter refuses. */
function upstream(rule: string, provider_name: string, raw: string): Refusal {
  return new Refusal(rule, 400, raw, { error: { message: 'Provider returned error', code: 400, metadata: { raw, provider_name } }, user_id: 'user_strict' })
}
