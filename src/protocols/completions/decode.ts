import { BridgeError } from '../../core/errors.ts'
import { invalidRequest } from '../invalid-request.ts'
import type { DecodeContext, Decoded } from '../protocol.ts'
import { createEncoder } from './encode.ts'
import { decodeParameters } from './parameters.ts'
import { type CompletionRequest, requestSchema } from './schema.ts'

/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

/**
 * Reads the body of `POST /v1/completions`. The prompt becomes the message of a user, for the models are chat models.
 * @throws BridgeError 400 with `param`, or what `context.resolveModel` throws
 */
export function decodeCompletionRequest(body: Record<string, unknown>, context: DecodeContext): Decoded {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error.issues, body)
  const request = parsed.data
  if (request.suffix) throw unsupported('suffix', 'asks for text to be inserted, which chat models cannot do')

  const prompt = readPrompt(request.prompt)
  const model = context.resolveModel(request.model ?? undefined)
  const choices = request.n ?? 1
  return {
    prompt: {
      model,
      messages: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
      tools: [],
      toolChoice: { type: 'auto' },
      output: { type: 'text' },
      parameters: decodeParameters(request),
    },
    choices,
    ignored: unreadFields(request, body),
    stream: request.stream ?? false,
    createEncoder: (response) =>
      createEncoder(response, {
        model: request.model || model,
        choices,
        echo: request.echo ? prompt : '',
        includeUsage: request.stream_options?.include_usage ?? false,
      }),
  }
}

function readPrompt(prompt: CompletionRequest['prompt']): string {
  const [first, ...others] = [prompt].flat(1)
  if (typeof first !== 'string') throw unsupported('prompt', 'holds token ids, which only the model that they were made for could read. Send text')
  if (others.length > 0) throw unsupported('prompt', `is a list of ${others.length + 1} prompts. Send one request for each`)
  if (first !== '') return first
  throw new BridgeError("Invalid value for 'prompt': it is empty. Expected some text.", { code: 'invalid_value', status: 400, param: 'prompt' })
}

/** What a request asks for in fields that a prompt has no place for. `null` asks for nothing. */
function unreadFields(request: CompletionRequest, body: Record<string, unknown>): string[] {
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(requestSchema.shape, name) && body[name] != null && /^[\w.-]{1,64}$/.test(name))
  const selective = (request.best_of ?? 1) > (request.n ?? 1)
  return [...unknown.slice(0, MAX_NAMES), ...(selective ? ['best_of'] : [])]
}

function unsupported(param: string, reason: string): BridgeError {
  return new BridgeError(`'${param}' ${reason}.`, { code: 'unsupported_value', status: 400, param })
}
