import { callsOf, textOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, CallPart, ContentPart, Message, ToolMessage, UserMessage } from '../../core/prompt.ts'
import { filesOfResult, RESULTS_IN_WORDS, resultsFrom, textOfResult } from '../../core/tool-result.ts'
import type { Dialect } from './dialect.ts'
import { type Asked, lacksOpaque } from './encode-reasoning.ts'

/**
 * What stands for the messages of steps that the model would refuse: those of the turn that goes on whose calls lack its
 * token, since another model made them or nobody has it any more. Its provider has no word for such calls, so that they are
 * told in words, by the user.
 * @returns by the message's place in the list, and nothing for what stays as it is
 */
export function tellUnsigned(messages: readonly Message[], target: Asked, dialect: Dialect): ReadonlyMap<number, Message[]> {
  const told = new Map<number, Message[]>()
  if (!dialect.demandsToken?.test(target.form.apiModel)) return told
  const start = messages.findLastIndex(({ role }, index) => role === 'user' && messages[index - 1]?.role !== 'tool')
  for (const [index, message] of messages.entries()) {
    if (index < start || message.role !== 'assistant' || callsOf(message).length === 0 || !lacksOpaque(message, target, dialect)) continue
    const results = resultsFrom(messages, index + 1)
    told.set(index, [...saidIn(message), inWords(callsOf(message), results)])
    for (const offset of results.keys()) told.set(index + 1 + offset, [])
  }
  return told
}

function saidIn(message: AssistantMessage): AssistantMessage[] {
  const text = textOf(message)
  return text === '' ? [] : [{ role: 'assistant', parts: [{ type: 'text', text }] }]
}

function inWords(calls: readonly CallPart[], results: readonly ToolMessage[]): UserMessage {
  // The first of each id has the last word.
  const byId = new Map(results.toReversed().map((result) => [result.toolCallId, result]))
  const lines = calls.map(({ id, name, arguments: args }) => {
    const result = byId.get(id)
    return `${name} was called with ${args}${result ? ` and gave:\n${textOfResult(result)}` : '.'}`
  })
  const content: ContentPart[] = [{ type: 'text', text: [RESULTS_IN_WORDS, ...lines].join('\n\n') }]
  return { role: 'user', content: [...content, ...results.flatMap(filesOfResult)] }
}
