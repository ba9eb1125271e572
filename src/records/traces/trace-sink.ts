import { setTimeout as sleep } from 'node:timers/promises'
import type { Attributes } from '@opentelemetry/api'
import { keyOf } from '../../access/client.ts'
import { errorType, OPERATION, providerName } from '../gen-ai.ts'
import { costText } from '../log/access-entry.ts'
import type { PriceBook } from '../pricing/price-book.ts'
import type { RecordSink, RequestRecord } from '../record.ts'

export interface TraceOptions {
  /** Of an OTLP receiver over HTTP, as `http://127.0.0.1:4318`. */
  endpoint: string
  version: string
  prices: PriceBook
}

export interface Traces {
  sink: RecordSink
  /** Sends what waits. */
  close(): Promise<void>
}

/** Milliseconds. */
const CLOSE_TIMEOUT = 3_000

/** What `npm install` is given where they are missing. */
export const PACKAGES = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace-base@2',
  '@opentelemetry/exporter-trace-otlp-http@0.223.1',
  '@opentelemetry/resources@2',
]

/**
 * Sends a span for each request for an answer, within the client's own trace where it brought one. The packages of
 * OpenTelemetry are the user's to install. Spans are made when a request is over, from its record, so they hold nobody up.
 * @throws what `import` throws where the packages are not there
 */
export async function openTraces({ endpoint, version, prices }: TraceOptions): Promise<Traces> {
  const [api, { BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const exporter = new OTLPTraceExporter({ url: /\/v1\/traces\/?$/.test(endpoint) ? endpoint : `${endpoint.replace(/\/+$/, '')}/v1/traces` })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'opencode-bridge', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  })
  const tracer = provider.getTracer('opencode-bridge', version)
  return {
    sink: {
      record: (record) => {
        if (record.format === undefined) return
        const { outcome, startedAt, times, trace } = record
        const parent = trace && {
          traceId: trace.traceId,
          spanId: trace.spanId,
          traceFlags: trace.sampled ? api.TraceFlags.SAMPLED : api.TraceFlags.NONE,
          isRemote: true,
        }
        const context = parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT
        const name = `${OPERATION} ${record.model ?? ''}`.trim()
        const span = tracer.startSpan(name, { kind: api.SpanKind.SERVER, startTime: startedAt, attributes: spanAttributes(record, prices) }, context)
        if (times.firstToken !== undefined) span.addEvent('first token', startedAt + times.firstToken)
        for (const { model, error } of record.attempts.slice(0, -1)) {
          span.addEvent('fallback', { 'gen_ai.request.model': model, ...(error && { 'error.type': error.code }) }, startedAt)
        }
        if (outcome.type === 'error' || outcome.type === 'timeout') span.setStatus({ code: api.SpanStatusCode.ERROR, message: outcome.code })
        span.end(startedAt + times.total)
      },
    },
    // A receiver that is gone keeps no daemon from ending.
    close: () => Promise.race([provider.shutdown(), sleep(CLOSE_TIMEOUT, undefined, { ref: false })]),
  }
}

/** No word of a prompt or an answer; a record has none. */
export function spanAttributes(record: RequestRecord, prices: PriceBook): Attributes {
  const { attempts, client, lane, engine, model, provider, route, times, usage, userAgent } = record
  const cost = costText(record, prices)
  const error = errorType(record)
  return {
    'gen_ai.operation.name': OPERATION,
    'http.request.method': record.method,
    'url.path': record.path,
    'http.response.status_code': record.status,
    'opencode_bridge.request.id': record.requestId,
    ...(route !== undefined && { 'http.route': route }),
    ...(userAgent !== undefined && { 'user_agent.original': userAgent }),
    ...(client && { 'opencode_bridge.key': keyOf(client) }),
    ...(error !== undefined && { 'error.type': error }),
    ...(attempts.length > 0 && {
      'gen_ai.provider.name': providerName(provider ?? ''),
      'gen_ai.request.model': attempts[0]!.model,
      'gen_ai.response.model': model,
      'gen_ai.request.stream': record.streamed,
      'opencode_bridge.lane': lane,
      'opencode_bridge.engine': engine,
      'opencode_bridge.retries': attempts.reduce((sum, { retries }) => sum + retries, 0),
    }),
    ...(attempts.length > 0 &&
      usage.status !== 'none' && {
        'gen_ai.usage.input_tokens': usage.input,
        'gen_ai.usage.output_tokens': usage.output,
        'gen_ai.usage.cache_read.input_tokens': usage.cachedInput,
        'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrites,
        'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
      }),
    ...(typeof cost === 'string' && { 'opencode_bridge.cost': Number(cost) }),
    ...(times.queued !== undefined && { 'opencode_bridge.queue.duration': times.queued / 1000 }),
    ...(times.firstToken !== undefined && { 'gen_ai.response.time_to_first_chunk': times.firstToken / 1000 }),
  }
}
