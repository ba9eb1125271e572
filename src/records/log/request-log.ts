import { formatCost } from '../../core/money.ts'
import { visibleLine } from '../../core/visible-text.ts'
import type { PriceBook } from '../pricing/price-book.ts'
import type { RecordSink, RequestRecord } from '../record.ts'
import { accessEntry, costText } from './access-entry.ts'

/** Takes lines, or where it writes JSON objects with a `line` among what is known: consola takes `message` for itself. */
export interface LineLog {
  debug(entry: string | object): void
  info(entry: string | object): void
  warn(entry: string | object): void
  error(entry: string | object): void
}

export interface RequestLogOptions {
  format: 'text' | 'json'
  prices: PriceBook
}

/** Writes one line for a request that is over. Its level tells whose fault a failure was: the client's or ours. */
export function requestLog(log: LineLog, { format, prices }: RequestLogOptions): RecordSink {
  return {
    record: (record) => {
      const { method, outcome } = record
      const text = lineOf(record, costText(record, prices))
      const line = format === 'json' ? { line: text, ...accessEntry(record, prices) } : text
      if (outcome.type === 'error' && outcome.code === 'internal_error') log.error(line)
      else if (outcome.type === 'error' || outcome.type === 'timeout') log.warn(line)
      // Probes and `status --watch` come every second.
      else if (method === 'GET') log.debug(line)
      else log.info(line)
    },
  }
}

function lineOf(record: RequestRecord, cost: string | null | undefined): string {
  const { requestId, method, path, status, outcome, model, lane, attempts, usage, redacted } = record
  const { total, firstToken } = record.times
  const before = attempts.slice(0, -1).map((attempt) => (attempt.error ? `${attempt.model} (${attempt.error.status} ${attempt.error.code})` : attempt.model))
  return (
    [
      `${method} ${path} ${status}`,
      outcome.type === 'finished' ? undefined : outcome.type === 'cancelled' ? 'cancelled' : 'failed',
      'code' in outcome ? outcome.code : undefined,
      model,
      before.length > 0 ? `after ${before.join(', ')}` : undefined,
      lane,
      redacted === undefined ? undefined : `${redacted} redacted`,
      cost === undefined ? undefined : tokensOf(usage),
      cost === undefined ? undefined : `$${formatCost(cost)}`,
      `${total} ms`,
      firstToken === undefined ? undefined : `first token ${firstToken} ms`,
      requestId,
    ]
      .filter((part) => part !== undefined)
      // Names of models, codes of errors and ids are others' words.
      .map(visibleLine)
      .join('  ')
  )
}

/** `120 in (96 cached), 12 out (3 thought)`; a dash where nobody told. */
function tokensOf({ input, cachedInput, output, reasoning, status }: RequestRecord['usage']): string {
  if (status === 'none') return '- tokens'
  const more = (count: number, what: string) => (count > 0 ? ` (${count} ${what})` : '')
  return `${input} in${more(cachedInput, 'cached')}, ${output} out${more(reasoning, 'thought')}${status === 'partial' ? ' or more' : ''}`
}
