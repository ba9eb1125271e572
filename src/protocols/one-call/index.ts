import { z } from 'zod'
import type { BridgeError } from '../../core/errors.ts'
import type { Parameters } from '../../core/prompt.ts'
import { decodeBy } from '../decode-request.ts'
import type { Encoder, Protocol, RequestHead } from '../protocol.ts'
import { parseBody } from '../read-body.ts'
import { KEEP_ALIVE, sseData } from '../sse.ts'
import { textPrompt } from '../text-prompt.ts'

/** One prompt in, one text out: the body of `POST /api/opencode`. */
export const oneCallSchema = z.object({
  prompt: z.string().min(1),
  model: z.string().nullish(),
  agent: z.string().min(1).nullish(),
})

export type OneCallRequest = z.output<typeof oneCallSchema>

/** @throws BridgeError 400 with `param` */
export function parseOneCall(body: Record<string, unknown>): OneCallRequest {
  return parseBody(oneCallSchema, body)
}

/** `POST /api/opencode`: `{ prompt, model?, agent? }` → `{ success, data: { response } }`. */
export const oneCall: Protocol = {
  name: 'one-call',
  // It has none, so none can be without effect.
  parameterNames: {} as Record<keyof Parameters, string>,
  hints: [],
  heartbeat: KEEP_ALIVE,
  comments: true,
  requestSchema: oneCallSchema,
  read,
  decode: decodeBy(read),
  encodeError: encodeOneCallError,
}

/** The body of a successful answer. */
export function encodeOneCall(response: string): { success: true; data: { response: string } } {
  return { success: true, data: { response } }
}

function read(body: Record<string, unknown>): RequestHead {
  const { prompt, model: named } = parseOneCall(body)
  const createEncoder = (): Encoder => ({
    answer: ([answer]) => encodeOneCall(answer!.text + answer!.refusal),
    event: () => [],
    error: (error) => [sseData(JSON.stringify(encodeOneCallError(error)))],
  })
  return {
    model: named ?? undefined,
    choices: 1,
    stream: false,
    decode: (model) => ({
      prompt: textPrompt(model, prompt),
      choices: 1,
      ignored: [],
      stream: false,
      createEncoder,
    }),
    createEncoder,
  }
}

function encodeOneCallError({ message, code, param }: BridgeError): unknown {
  return { success: false, error: { code, message, ...(param === undefined ? {} : { param }) } }
}
