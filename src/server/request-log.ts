import { visibleLine } from '../core/visible-text.ts'
import type { RequestRecord } from './request-trace.ts'

export interface LineLog {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** Writes one line for a request that is over. Its level tells whose fault a failure was: the client's or ours. */
export function logRequest(log: LineLog, record: RequestRecord): void {
  const { requestId, method, path, status, duration, outcome, model, lane, fellBack, firstToken, error, detail } = record
  const line = [
    `${method} ${path} ${status}`,
    outcome === 'ok' ? undefined : outcome,
    error,
    model,
    fellBack && `after ${fellBack.join(', ')}`,
    lane,
    `${duration} ms`,
    firstToken === undefined ? undefined : `first token ${firstToken} ms`,
    requestId,
  ]
    .filter((part) => part !== undefined)
    // Names of models, codes of errors and ids are others' words.
    .map(visibleLine)
    .join('  ')
  if (detail !== undefined) log.error(`${line}\n${detail}`)
  else if (outcome === 'failed') log.warn(line)
  // Probes and `status --watch` come every second.
  else if (method === 'GET') log.debug(line)
  else log.info(line)
}
