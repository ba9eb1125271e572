import type { ChatMessage, ChatPart } from '../daemon/chat-api.ts'

/** A conversation as Markdown, for people to read. */
export function toMarkdown(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, content }) => `## ${role}\n\n${textOf(content)}\n`).join('\n')
}

/** What a message says, files by their kind only. */
export function textOf(content: ChatMessage['content']): string {
  return typeof content === 'string' ? content : content.map(partText).join('\n\n')
}

function partText(part: ChatPart): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'image_url':
      return part.image_url.url.startsWith('data:') ? '(an image)' : `(the file ${part.image_url.url})`
    case 'file':
      return `(the file ${part.file.filename})`
    case 'input_audio':
      return '(a sound)'
  }
}
