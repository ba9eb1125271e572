import { z } from 'zod'
import type { Captures } from '../../live/captures.ts'
import { parseBody } from '../../protocols/read-body.ts'
import type { BodyReader } from '../json-body.ts'
import type { Route } from '../route.ts'
import { requireOperator } from './operator.ts'
import type { PageGuard } from './page-guard.ts'

export interface CaptureRoutesOptions {
  guard: PageGuard
  captures: Captures
  bodies: BodyReader
}

export const captureSchema = z.object({ on: z.boolean() })

/** Prompts and answers, while somebody has switched that on. */
export function captureRoutes({ guard, captures, bodies }: CaptureRoutesOptions): readonly Route[] {
  const route = (method: Route['method'], path: string, summary: string, handle: Route['handler'], request?: z.ZodType): Route => ({
    method,
    path,
    summary,
    tag: 'Bridge',
    auth: true,
    ...(request && { request }),
    handler: (event) => {
      requireOperator(event, guard)
      return handle(event)
    },
  })
  return [
    route('GET', '/v1/daemon/capture', 'Tells whether prompts and answers are kept in memory', () => captures.state()),
    route(
      'POST',
      '/v1/daemon/capture',
      'Switches that on for an hour, or off, which forgets them',
      async (event) => {
        const { on } = parseBody(captureSchema, await bodies.read(event))
        if (on) captures.switchOn()
        else captures.switchOff()
        return captures.state()
      },
      captureSchema,
    ),
  ]
}
