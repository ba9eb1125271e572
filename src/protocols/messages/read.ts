import type { HostedKind } from '../../core/hosted.ts'
import { noThreads } from '../../core/no-threads.ts'
import type { DraftPrompt } from '../draft-prompt.ts'
import type { ReadContext, RequestHead, ResponseIdentity } from '../protocol.ts'
import { readBody } from '../read-body.ts'
import { checkHistory } from './check-history.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { decodeDisplay, decodeOutputFormat, decodeParameters } from './parameters.ts'
import { type MessagesRequest, requestSchema } from './schema.ts'
import { toTurns } from './turns.ts'
import { estimateTokens } from '../token-estimate.ts'
import { unreadFields } from './unread-fields.ts'

/** How much of a prompt is counted for the beginning of a stream, which must not wait. Characters. */
const MAX_COUNTED = 10_000

/** Reads the body of `POST /v1/messages`; see `Protocol.read`. */
export function readMessagesRequest(body: Record<string, unknown>, { continues, hosted = [] }: ReadContext = {}): RequestHead {
  const { known, strict } = readBody(requestSchema, body)
  checkHistory(toTurns(known.messages), continues)
  const { thinking } = known
  const display = thinking && 'display' in thinking ? thinking.display : undefined
  const encoderFor = (response: ResponseIdentity, model: string, promptOf: () => DraftPrompt) =>
    createEncoder(response, { model: known.model || model, showThoughts: decodeDisplay(display) !== 'none', estimateInput: () => estimate(promptOf) })
  return {
    model: known.model ?? undefined,
    choices: 1,
    stream: known.stream ?? false,
    decode: (model) => {
      if (body.thread != null) throw noThreads()
      const request = strict()
      const prompt = decode(request, model, hosted)
      return {
        prompt,
        choices: 1,
        get ignored() {
          return unreadFields(request, body, hosted)
        },
        stream: request.stream ?? false,
        createEncoder: (response) => encoderFor(response, model, () => prompt),
      }
    },
    createEncoder: (response, model) => encoderFor(response, model, () => decode(strict(), model, hosted)),
  }
}

/** Nothing for what only Anthropic could read. */
function estimate(promptOf: () => DraftPrompt): number {
  try {
    return estimateTokens(promptOf(), MAX_COUNTED)
  } catch {
    return 0
  }
}

function decode(request: MessagesRequest, model: string, hosted: readonly HostedKind[]): DraftPrompt {
  return {
    model,
    messages: decodeMessages(request),
    ...decodeTools(request, hosted),
    output: decodeOutputFormat(request),
    parameters: decodeParameters(request),
  }
}
