import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

export interface ReceivedSpan {
  name: string
  traceId: string
  parentSpanId?: string
  kind: number
  /** Milliseconds. */
  duration: number
  attributes: Record<string, unknown>
  events: string[]
  status: number
}

export interface OtlpReceiver {
  url: string
  spans: ReceivedSpan[]
  /** What the resource of the last ones says. */
  resource: Record<string, unknown>
  close(): Promise<void>
}

/** Takes OTLP over HTTP, as JSON. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const receiver: Pick<OtlpReceiver, 'spans' | 'resource'> = { spans: [], resource: {} }
  const server = createServer(async (request, response) => {
    if (request.url !== '/v1/traces') return void response.writeHead(404).end()
    for (const { resource, scopeSpans } of ((await json(request)) as any).resourceSpans) {
      receiver.resource = toObject(resource.attributes)
      for (const span of scopeSpans.flatMap(({ spans }: any) => spans)) receiver.spans.push(toSpan(span))
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

function toSpan({ name, traceId, parentSpanId, kind, startTimeUnixNano, endTimeUnixNano, attributes, events = [], status }: any): ReceivedSpan {
  return {
    name,
    traceId,
    ...(parentSpanId && { parentSpanId }),
    kind,
    duration: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
    attributes: toObject(attributes),
    events: events.map((event: any) => event.name),
    status: status?.code ?? 0,
  }
}

function toObject(attributes: { key: string; value: Record<string, unknown> }[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, 'intValue' in value ? Number(value.intValue) : Object.values(value)[0]]))
}
