import { visibleLine } from '../core/visible-text.ts'
import type { RecordSink, RequestRecord } from './record.ts'

export interface LineLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** Writes one line for a request that is over. Its level tells whose fault a failure was: the client's or ours. */
export function requestLog(log: LineLog): RecordSink {
  return {
    record: (record) => {
      const { method, outcome } = record
      const line = lineOf(record)
      if (outcome.type === 'error' && outcome.code === 'internal_error') log.error(line)
      else if (outcome.type === 'error' || outcome.type === 'timeout') log.warn(line)
      // Probes and `status --watch` come every second.
      else if (method === 'GET') log.debug(line)
      else log.info(line)
    },
  }
}

function lineOf({ requestId, method, path, status, outcome, model, lane, attempts, redacted, times: { total, firstToken } }: RequestRecord): string {
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
