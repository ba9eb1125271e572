import type { ContentPart, Message, ToolMessage } from './prompt.ts'

/** What a result of a tool has in the place of a file where it can hold text only. */
const FILE_FOLLOWS = '[A file, in the next message.]'

/** How a user's message begins that tells what tools gave, to a model that cannot be shown the calls. It is no person's turn. */
export const RESULTS_IN_WORDS = 'Tools were called for this already:'

/** The results that follow each other from a place in the conversation on: those of one step. */
export function resultsFrom(messages: readonly Message[], start: number): ToolMessage[] {
  const results: ToolMessage[] = []
  for (let index = start; ; index++) {
    const message = messages[index]
    if (message?.role !== 'tool') return results
    results.push(message)
  }
}

/** A tool's result as one text, which says by itself that the tool failed. */
export function textOfResult({ content, isError }: Pick<ToolMessage, 'content' | 'isError'>): string {
  const text = content.map((part) => (part.type === 'text' ? part.text : FILE_FOLLOWS)).join('\n')
  return isError ? markError(text) : text
}

/** Its files, under a heading, for a user's message that follows; nothing when it has none. */
export function filesOfResult({ toolCallId, content }: Pick<ToolMessage, 'toolCallId' | 'content'>): ContentPart[] {
  const files = content.filter((part) => part.type !== 'text')
  return files.length === 0 ? [] : [{ type: 'text', text: `From the result of ${toolCallId}:` }, ...files]
}

/**
 * The conversation for a format whose results of tools are text: each has one part, and its files come after the results
 * of that turn, in a message of the user's.
 */
export function withTextResults(messages: readonly Message[]): Message[] {
  const written: Message[] = []
  let files: ContentPart[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      const { isError: _isError, ...rest } = message
      files.push(...filesOfResult(message))
      written.push({ ...rest, content: [{ type: 'text', text: textOfResult(message) }] })
      continue
    }
    if (files.length > 0 && message.role === 'user') written.push({ ...message, content: [...files, ...message.content] })
    else written.push(...asUser(files), message)
    files = []
  }
  return [...written, ...asUser(files)]
}

function asUser(content: ContentPart[]): Message[] {
  return content.length === 0 ? [] : [{ role: 'user', content }]
}

/** A failed tool's text, which says so by itself where its format has no other place for it. Not twice: many tools say it themselves. */
export function markError(text: string): string {
  return /^\W*(\w+ ?){0,3}error/i.test(text) ? text : `Error: ${text}`
}
