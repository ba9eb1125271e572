import { lexer, type Token, type Tokens } from 'marked'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { visibleText } from '../../../core/visible-text.ts'
import { paint, plain, renderInline } from './inline.ts'

/** Lines longer than that are hard to read. Columns. */
const LONGEST_LINE = 100

/**
 * A block of Markdown for a terminal, with an end of line.
 * @param markdown without characters that steer one
 */
export function renderMarkdown(markdown: string, columns: number): string {
  const width = Math.max(20, Math.min(columns, LONGEST_LINE))
  const lines = renderBlocks(lexer(markdown), width)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

/** A line of code, which is neither wrapped nor changed. */
export function renderCodeLine(line: string): string {
  return `  ${paint('cyan', line)}`
}

function renderBlocks(tokens: readonly Token[], width: number, tight = false): string[] {
  const blocks = tokens.map((token) => renderBlock(token, width)).filter((lines) => lines.length > 0)
  return blocks.flatMap((lines, index) => (index === 0 || tight ? lines : ['', ...lines]))
}

function renderBlock(token: Token, width: number): string[] {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'checkbox':
      return []
    case 'heading':
      return wrap(paint(token.depth === 1 ? ['bold', 'underline'] : 'bold', renderInline(token.tokens ?? [])), width)
    case 'code':
      return visibleText(token.text as string)
        .split('\n')
        .map(renderCodeLine)
    case 'blockquote':
      return renderBlocks(token.tokens ?? [], width - 2).map((line) => `${paint('dim', '│')} ${line}`)
    case 'hr':
      return [paint('dim', '─'.repeat(Math.min(width, 40)))]
    case 'list':
      return renderList(token as Tokens.List, width)
    case 'table':
      return renderTable(token as Tokens.Table)
    case 'paragraph':
    case 'text':
      return wrap(token.tokens ? renderInline(token.tokens) : plain(token.text as string), width)
    default:
      return wrap(plain(token.raw.trimEnd()), width)
  }
}

function renderList({ ordered, start, loose, items }: Tokens.List, width: number): string[] {
  const first = Number(start) || 1
  const digits = String(first + items.length - 1).length
  const blocks = items.map((item, index) => {
    const box = item.task ? (item.checked ? '☒ ' : '☐ ') : ''
    const mark = `${ordered ? `${String(first + index).padStart(digits)}. ` : '• '}${box}`
    const indent = ' '.repeat(mark.length)
    const lines = renderBlocks(item.tokens, width - mark.length, !loose)
    return (lines.length === 0 ? [''] : lines).map((line, at) => `${at === 0 ? paint('dim', mark) : indent}${line}`.trimEnd())
  })
  return blocks.flatMap((lines, index) => (loose && index > 0 ? ['', ...lines] : lines))
}

function renderTable({ header, rows, align }: Tokens.Table): string[] {
  const cells = [header, ...rows].map((row) => row.map(({ tokens }) => renderInline(tokens)))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))))
  const lines = cells.map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, align[column] ?? null))
      .join(paint('dim', ' │ '))
      .trimEnd(),
  )
  const rule = paint('dim', widths.map((width) => '─'.repeat(width)).join('─┼─'))
  return [paint('bold', lines[0]!), rule, ...lines.slice(1)]
}

function pad(text: string, width: number, align: 'center' | 'left' | 'right' | null): string {
  const room = width - stringWidth(text)
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0
  return `${' '.repeat(before)}${text}${' '.repeat(room - before)}`
}

function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, width, { trim: true }).split('\n')
}
