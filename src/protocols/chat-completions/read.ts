import { BridgeError } from '../../core/errors.ts'
import type { Decoded, ReadContext, RequestHead } from '../protocol.ts'
import { readBody } from '../read-body.ts'
import { tellable } from '../unread-fields.ts'
import { checkHistory } from './check-history.ts'
import { decodeMessages } from './decode-messages.ts'
import { customNames, decodeTools } from './decode-tools.ts'
import { createEncoder } from './encode.ts'
import { ownForm } from './mixed/body.ts'
import { decodeOutputFormat, decodeParameters } from './parameters.ts'
import { type ChatRequest, requestSchema } from './schema.ts'
import { unreadFields } from './unread-fields.ts'

/** Some clients send it with an empty list, of which nothing can be called. */
const NO_CALL: ReadonlySet<unknown> = new Set(['auto', 'none'])

/** What `tools` and `tool_choice` replaced in 2023; no current model of OpenAI's needs them. */
const REPLACED = { functions: 'tools', function_call: 'tool_choice' }

/** Reads the body of `POST /v1/chat/completions`; see `Protocol.read`. */
export function readChatRequest(sent: Record<string, unknown>, { continues }: ReadContext = {}): RequestHead {
  const { body, lost, flatTools } = ownForm(sent)
  const { known, strict } = readBody(requestSchema, body)
  checkHistory(known.messages, continues)
  const choices = known.n ?? 1
  const customs = new Map(Array.from(customNames(known.tools), (name) => [name, flatTools.has(name) ? 'function' : 'custom'] as const))
  const encoderFor: RequestHead['createEncoder'] = (response, model) =>
    createEncoder(response, {
      model: known.model || model,
      choices,
      includeUsage: known.stream_options?.include_usage ?? false,
      showReasoning: !known.reasoning?.exclude,
      customs,
    })
  return {
    model: known.model ?? undefined,
    choices,
    stream: known.stream ?? false,
    mixed: body !== sent,
    decode: (model) => {
      refuseReplaced(body)
      return decode(strict(), model, {
        unread: (request) => [...unreadFields(request, body), ...tellable(lost)],
        createEncoder: (response) => encoderFor(response, model),
      })
    },
    createEncoder: encoderFor,
  }
}

interface DecodeOptions extends Pick<Decoded, 'createEncoder'> {
  unread(request: ChatRequest): string[]
}

function decode(request: ChatRequest, model: string, { unread, createEncoder }: DecodeOptions): Decoded {
  return {
    prompt: {
      model,
      messages: decodeMessages(request.messages, customNames(request.tools)),
      ...decodeTools(request),
      output: decodeOutputFormat(request.response_format),
      parameters: decodeParameters(request),
    },
    choices: request.n ?? 1,
    get ignored() {
      return unread(request)
    },
    stream: request.stream ?? false,
    createEncoder,
  }
}

function refuseReplaced(body: Record<string, unknown>): void {
  for (const [param, successor] of Object.entries(REPLACED)) {
    if (!asksForSomething(body[param])) continue
    throw new BridgeError(`'${param}' is deprecated and not supported. Use '${successor}' instead.`, {
      code: 'unsupported_parameter',
      status: 400,
      param,
    })
  }
}

function asksForSomething(value: unknown): boolean {
  return value != null && !NO_CALL.has(value) && !(Array.isArray(value) && value.length === 0)
}
