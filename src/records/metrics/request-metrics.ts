import { Counter, Histogram, type Registry } from 'prom-client'
import { keyOf } from '../../access/client.ts'
import { DOLLAR } from '../../core/money.ts'
import { errorType, OPERATION, providerName } from '../gen-ai.ts'
import { costOfAttempt } from '../pricing/answer-cost.ts'
import type { PriceBook } from '../pricing/price-book.ts'
import type { Attempt, RecordSink, RequestRecord } from '../record.ts'
import { boundedLabel, OTHER } from './bounded.ts'
import { QUEUE_DURATION, REQUEST_DURATION, TIME_PER_OUTPUT_TOKEN, TIME_TO_FIRST_TOKEN, TOKEN_USAGE } from './buckets.ts'

export interface RequestMetricsOptions {
  registry: Registry
  /** Whether the catalogue has a model of this id at the moment. */
  isKnown(model: string): boolean
  prices: PriceBook
}

/** Codes of errors are others' words, too. */
const MOST_CODES = 60
const MOST_MODELS = 500

const ASKED = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'gen_ai_response_model'] as const

/** Counts and measures requests as their records come. */
export function requestMetrics({ registry, isKnown, prices }: RequestMetricsOptions): RecordSink & { refuse(kind: string): void } {
  const registers = [registry]
  const histogram = <T extends string>(name: string, help: string, buckets: number[], labelNames: readonly T[]) =>
    new Histogram({ name, help, buckets, labelNames: [...labelNames], registers })
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name: `opencode_bridge_${name}`, help, labelNames, registers })

  const duration = histogram('gen_ai_server_request_duration_seconds', 'Time to the last byte of an answer.', REQUEST_DURATION, [...ASKED, 'error_type'])
  const firstToken = histogram('gen_ai_server_time_to_first_token_seconds', 'Time to the first token of an answer.', TIME_TO_FIRST_TOKEN, ASKED)
  const perToken = histogram(
    'gen_ai_server_time_per_output_token_seconds',
    'Time per output token after the first one of answers that finished.',
    TIME_PER_OUTPUT_TOKEN,
    ASKED,
  )
  const tokens = histogram('gen_ai_client_token_usage', 'Tokens of a request, as its provider told them.', TOKEN_USAGE, [...ASKED, 'gen_ai_token_type'])
  const queued = histogram('opencode_bridge_queue_duration_seconds', 'Time for a place in a process.', QUEUE_DURATION, [])
  const requests = counter('requests_total', 'Requests for an answer that are over.', 'format', 'lane', 'engine', 'outcome')
  const refusals = counter('refusals_total', 'Requests that were turned away before a model was asked, by why.', 'kind')
  const errors = counter('upstream_errors_total', 'Attempts at a model that failed.', 'provider', 'code')
  const retries = counter('retries_total', 'Calls to a provider that were made again.', 'provider')
  const fallbacks = counter('fallbacks_total', 'Requests that went on to another model, by the one that failed.', 'model')
  const cost = counter('cost_dollars_total', 'What requests cost, as far as it is known.', 'provider', 'model', 'billing')
  const unpriced = counter('unpriced_calls_total', 'Calls to a provider whose cost nobody knows.', 'provider', 'model')
  const codeOf = boundedLabel(MOST_CODES)
  const boundedModel = boundedLabel(MOST_MODELS)
  const modelOf = (id: string) => (isKnown(id) ? boundedModel(id) : OTHER)
  const refuse = (kind: string) => refusals.inc({ kind: codeOf(kind) })

  return {
    refuse,
    record: (record) => {
      const { attempts, format, lane = 'none', engine = 'none', outcome, times, usage } = record
      const error = errorType(record)
      if (attempts.length === 0) {
        if (error !== undefined && error !== 'cancelled') refuse(error)
        if (format === undefined || outcome.type === 'finished') return
      }
      requests.inc({ format: format ?? OTHER, lane, engine, outcome: outcome.type })
      for (const attempt of attempts) countAttempt(record, attempt, attempt === attempts.at(-1))
      const [first, last] = [attempts[0], attempts.at(-1)]
      if (!first || !last) return
      const asked = {
        gen_ai_operation_name: OPERATION,
        gen_ai_provider_name: last.provider === '' ? OTHER : providerName(last.provider),
        gen_ai_request_model: modelOf(first.model),
        gen_ai_response_model: modelOf(last.model),
      }
      duration.observe({ ...asked, ...(error !== undefined && { error_type: codeOf(error) }) }, times.total / 1000)
      if (times.queued !== undefined) queued.observe(times.queued / 1000)
      if (times.firstToken !== undefined) firstToken.observe(asked, times.firstToken / 1000)
      if (times.firstToken !== undefined && error === undefined && usage.output > 1) {
        perToken.observe(asked, (times.total - times.firstToken) / 1000 / (usage.output - 1))
      }
      if (usage.status === 'none' || usage.input + usage.output === 0) return
      tokens.observe({ ...asked, gen_ai_token_type: 'input' }, usage.input)
      tokens.observe({ ...asked, gen_ai_token_type: 'output' }, usage.output)
    },
  }

  function countAttempt({ client, format, outcome }: RequestRecord, attempt: Attempt, isLast: boolean): void {
    const { provider, calls } = attempt
    const model = modelOf(attempt.model)
    if (attempt.retries > 0) retries.inc({ provider }, attempt.retries)
    const code = attempt.error?.code ?? (isLast && outcome.type === 'error' && calls > 0 ? outcome.code : undefined)
    if (code !== undefined) errors.inc({ provider, code: codeOf(code) })
    if (!isLast) fallbacks.inc({ model })
    if (calls === 0) return
    const price = prices({ provider, model: attempt.model, format, key: keyOf(client) })
    const total = costOfAttempt(attempt, price)?.total
    if (total === undefined) unpriced.inc({ provider, model }, calls)
    else cost.inc({ provider, model, billing: price!.billing }, Number(total) / Number(DOLLAR))
  }
}
