import type { ChatMessage, ChatPart } from '../daemon/client.ts'

/** A conversation as Markdown, for people to read. */
export function toMarkdown(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, content }) => `## ${role}\n\n${typeof content === 'string' ? content : content.map(partText).join('\n\n')}\n`).join('\n')
}

function partText(part: ChatPart): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'image_url':
      return '(an image)'
    case 'file':
      return `(the file ${part.file.filename})`
  }
}
