import type { AssistantPart } from '../../core/prompt.ts'
import { toArguments } from '../shared/json-object.ts'
import type { ToolNames } from '../shared/tool-names.ts'
import type { AssistantTurn, Turn, UserTurn } from '../shared/turns.ts'
import type { Block, WireMessage } from './block.ts'
import { cacheControl } from './cache.ts'
import type { CallIds } from './call-ids.ts'
import { encodeContent, encodeResult, isBlank } from './encode-content.ts'
import { isThinking, thinkingBlock, thinkingFirst } from './thinking-blocks.ts'

export interface TurnContext {
  ids: CallIds
  names: ToolNames
  /** `provider/model` that is asked. */
  model: string
  /** Whether thinking must begin the turn that it belongs to. */
  thinkingFirst: boolean
  /** Whether the answer may begin with thinking. */
  thinks: boolean
}

/** What stands for words of the user's where a conversation begins with the model's: Anthropic wants the user first. */
const NOTHING: Block = { type: 'text', text: '.' }

/** Turns of user and model that alternate, the user's first, without what Anthropic refuses as empty. */
export function encodeTurns(turns: readonly Turn[], context: TurnContext): WireMessage[] {
  const messages: WireMessage[] = []
  for (const turn of turns) {
    const content = turn.role === 'user' ? encodeUser(turn, context) : encodeAssistant(turn, context)
    const last = messages.at(-1)
    if (last?.role === turn.role) last.content.push(...content)
    else if (content.length > 0) messages.push({ role: turn.role, content })
  }
  if (messages.at(-1)?.role === 'assistant') finishPrefill(messages, context)
  return messages[0]?.role === 'assistant' ? [{ role: 'user', content: [NOTHING] }, ...messages] : messages
}

/** Results before everything else: Anthropic wants them right after the calls. */
function encodeUser({ results, messages }: UserTurn, { ids }: TurnContext): Block[] {
  return [
    ...results.map((result) => encodeResult(result, ids.ofResult(result))),
    ...messages.flatMap((message) =>
      encodeContent(message.role === 'user' ? message.content : [{ type: 'text', text: message.content, ...(message.cache && { cache: message.cache }) }]),
    ),
  ]
}

function encodeAssistant({ messages }: AssistantTurn, context: TurnContext): Block[] {
  const blocks = messages.flatMap(({ parts }) => parts.flatMap((part) => encodePart(part, context)))
  return context.thinkingFirst ? thinkingFirst(blocks) : blocks
}

function encodePart(part: AssistantPart, { ids, names, model }: TurnContext): Block[] {
  if (part.type === 'text') return isBlank(part.text) ? [] : [{ type: 'text', text: part.text, ...cacheControl(part.cache) }]
  if (part.type === 'tool-call') {
    return [{ type: 'tool_use', id: ids.ofCall(part), name: names.toProvider(part.name), input: toArguments(part.arguments), ...cacheControl(part.cache) }]
  }
  const block = thinkingBlock(part, model)
  return block === undefined ? [] : [block]
}

/** Words that the model is to go on with: they may end with no space, nor hold thinking where there is to be none. */
function finishPrefill(messages: WireMessage[], { thinks }: TurnContext): void {
  const { content } = messages.at(-1)!
  const kept = thinks ? content : content.filter((block) => !isThinking(block))
  const last = kept.at(-1)
  if (last?.type === 'text') last.text = (last.text as string).trimEnd()
  if (kept.length > 0) messages.at(-1)!.content = kept
  else messages.pop()
}
