import { styleText } from 'node:util'
import type { Token, Tokens } from 'marked'
import { visibleText } from '../../../core/visible-text.ts'

/** Those that models write; the library resolves the numbers. */
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' }

/** Whoever calls has seen that there is a terminal that shows them. */
export const paint = (style: Parameters<typeof styleText>[0], text: string): string => (text === '' ? '' : styleText(style, text, { validateStream: false }))

/** The text of a paragraph, a cell or a heading, with the terminal's styles. */
export function renderInline(tokens: readonly Token[]): string {
  return tokens.map(renderToken).join('')
}

function renderToken(token: Token): string {
  switch (token.type) {
    case 'strong':
      return paint('bold', renderInline(token.tokens ?? []))
    case 'em':
      return paint('italic', renderInline(token.tokens ?? []))
    case 'del':
      return paint('strikethrough', renderInline(token.tokens ?? []))
    case 'codespan':
      return paint('cyan', plain(token.text as string))
    case 'link':
    case 'image':
      return renderLink(token as Tokens.Link)
    case 'br':
      return '\n'
    case 'checkbox':
      return ''
    case 'escape':
    case 'text':
      return token.type === 'text' && token.tokens ? renderInline(token.tokens) : plain(token.text as string)
    default:
      return plain(token.raw)
  }
}

/** The address is shown, for a text may lie about where it leads. */
function renderLink({ href, text, tokens = [] }: Tokens.Link): string {
  const label = renderInline(tokens) || plain(text)
  const same = text === href || `mailto:${text}` === href
  return same ? paint('underline', label) : `${paint('underline', label)} ${paint('dim', `(${plain(href)})`)}`
}

/** What a text says, without what would steer the terminal: a reference to a character (`&#27;`) may be one that does. */
export function plain(text: string): string {
  return visibleText(text.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!))
}
