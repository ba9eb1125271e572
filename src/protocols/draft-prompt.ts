import type { CacheBreakpoint, ContentPart, Message, Prompt, ToolMessage, UserMessage } from '../core/prompt.ts'

/** A `Prompt` as a format reads it: files that the client only named are not fetched yet. */
export type DraftPrompt = Omit<Prompt, 'messages'> & { messages: DraftMessage[] }

export type DraftMessage = Exclude<Message, UserMessage | ToolMessage> | DraftUserMessage | DraftToolMessage

export type DraftUserMessage = Draft<UserMessage>

export type DraftToolMessage = Draft<ToolMessage>

export type DraftPart = ContentPart | RemoteFilePart

/** A file behind an http(s) URL. */
export interface RemoteFilePart {
  type: 'remote-file'
  /** Where the client wrote it, e.g. `messages[0].content[1]`. */
  param: string
  url: string
  cache?: CacheBreakpoint
}

type Draft<M extends { content: ContentPart[] }> = Omit<M, 'content'> & { content: DraftPart[] }
