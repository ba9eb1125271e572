import { callsOf } from '../../core/assistant-message.ts'
import type { AssistantMessage, AssistantPart, Message, ToolCall, ToolMessage, UserMessage } from '../../core/prompt.ts'
import { filesOfResult, resultsFrom, textOfResult } from '../../core/tool-result.ts'
import { block, CALL_CLOSE, CALL_OPEN, RESULT_CLOSE, RESULT_OPEN } from './markers.ts'

/**
 * Writes earlier calls and their results as text, in the form in which the model is told to call. The results of one
 * turn become one user message, for chat templates in which user and assistant must alternate.
 */
export function writeToolHistory(messages: readonly Message[]): Message[] {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? callsOf(message) : []))
  const names = new Map(calls.map(({ id, name }) => [id, name]))
  const written: Message[] = []
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') written.push(writeCalls(message))
    else if (message.role !== 'tool') written.push(message)
    else if (messages[index - 1]?.role !== 'tool') written.push(writeResults(resultsFrom(messages, index), names))
  }
  return written
}

/** Whether there is anything to write. */
export function hasToolHistory(messages: readonly Message[]): boolean {
  return messages.some((message) => message.role === 'tool' || (message.role === 'assistant' && callsOf(message).length > 0))
}

/** Text and calls that follow one another become one text. */
function writeCalls(message: AssistantMessage): AssistantMessage {
  if (callsOf(message).length === 0) return message
  const parts: AssistantPart[] = []
  for (const part of message.parts) {
    const text = part.type === 'tool-call' ? writeCall(part) : part.text
    const last = parts.at(-1)
    if (part.type === 'reasoning') parts.push(part)
    else if (last?.type === 'text') parts.splice(-1, 1, { type: 'text', text: `${last.text}\n${text}` })
    else if (text !== '') parts.push({ type: 'text', text })
  }
  return { ...message, parts }
}

function writeCall({ id, name, arguments: args }: ToolCall): string {
  return block(CALL_OPEN, `{"id": ${JSON.stringify(id)}, "tool": ${JSON.stringify(name)}, "args": ${asJson(args)}}`, CALL_CLOSE)
}

function writeResults(results: readonly ToolMessage[], names: ReadonlyMap<string, string>): UserMessage {
  const text = results.map((result) => writeResult(result, names.get(result.toolCallId))).join('\n')
  return { role: 'user', content: [{ type: 'text', text }, ...results.flatMap(filesOfResult)] }
}

function writeResult(result: ToolMessage, name: string | undefined): string {
  return block(RESULT_OPEN, JSON.stringify({ id: result.toolCallId, tool: name, result: textOfResult(result) }), RESULT_CLOSE)
}

/** Arguments as they were written, or as a string where they are not JSON. */
function asJson(args: string): string {
  try {
    JSON.parse(args)
    return args
  } catch {
    return JSON.stringify(args)
  }
}
