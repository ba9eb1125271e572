import type { FrameTokens, RequestNews } from '../plugin/contract.ts'

/** The lines of `opencode run --format json`, as far as they are read. */
type PlainLine =
  | { type: 'text' | 'reasoning'; part: { text: string } }
  | { type: 'step_finish'; part: { reason: string; tokens?: FrameTokens } }
  | { type: 'error'; error: { name: string; data?: { message?: string; statusCode?: number; responseBody?: string } } }
  | { type: 'step_start' | 'tool_use' }

/** The news that a line of opencode's own JSON output stands for; undefined for any other line. */
export function parsePlainLine(line: string): RequestNews | undefined {
  const parsed = parseLine(line)
  switch (parsed?.type) {
    case 'text':
      return { type: 'text', delta: parsed.part.text }
    case 'reasoning':
      return { type: 'reasoning', delta: parsed.part.text }
    case 'step_finish':
      return { type: 'step-finish', reason: parsed.part.reason, tokens: parsed.part.tokens }
    case 'error': {
      const { name, data = {} } = parsed.error
      return {
        type: 'error',
        error: {
          name,
          message: data.message ?? name,
          ...(data.statusCode === undefined ? {} : { status: data.statusCode }),
          ...(data.responseBody === undefined ? {} : { body: data.responseBody }),
        },
      }
    }
    default:
      return undefined
  }
}

function parseLine(line: string): PlainLine | undefined {
  try {
    return JSON.parse(line) as PlainLine
  } catch {
    return undefined
  }
}
