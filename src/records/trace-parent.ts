/** Where a request belongs in a trace that its client keeps. */
export interface TraceParent {
  /** 32 and 16 hexadecimal digits. */
  traceId: string
  spanId: string
  sampled: boolean
}

const HEADER = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/

/** Reads the header `traceparent` (https://www.w3.org/TR/trace-context/); undefined where there is none or it is malformed. */
export function parseTraceParent(header: string | null): TraceParent | undefined {
  const [, traceId, spanId, flags] = HEADER.exec(header?.trim() ?? '') ?? []
  if (traceId === undefined || spanId === undefined) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags!, 16) & 1) === 1 }
}
