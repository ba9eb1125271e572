import type { Prompt } from '../../core/prompt.ts'
import type { DraftMessage } from '../draft-prompt.ts'
import { invalidValue, unsupportedValue } from '../invalid-value.ts'
import type { ReadContext, RequestHead } from '../protocol.ts'
import { parseBody } from '../read-body.ts'
import { leftOutFields, tellable } from '../unread-fields.ts'
import { decodeMessages, imagesOf, userContent } from './decode-messages.ts'
import { createEncoder, type Says } from './encode.ts'
import { decodeFormat, decodeParameters } from './parameters.ts'
import { chatSchema, type ChatTool, type CommonFields, generateSchema } from './schema.ts'

/**
 * Reads the body of `POST /api/chat`; see `Protocol.read`. No provider is asked in this format, so that nothing unknown
 * could go on to one.
 */
export function readChat(body: Record<string, unknown>, { continues = false }: ReadContext = {}): RequestHead {
  const request = parseBody(chatSchema, body)
  return headOf(request, body, 'message', { messages: decodeMessages(request.messages, continues), tools: decodeTools(request.tools ?? []) })
}

/** Reads the body of `POST /api/generate`; see `Protocol.read`. */
export function readGenerate(body: Record<string, unknown>): RequestHead {
  const request = parseBody(generateSchema, body)
  const { prompt, system, suffix, context } = request
  if (suffix) throw unsupportedValue('suffix', 'asks for text to be inserted, which chat models cannot do')
  if (context && context.length > 0) throw unsupportedValue('context', 'holds tokens of a model of another server. Send the conversation to /api/chat')
  const messages: DraftMessage[] = [
    ...(system ? [{ role: 'system' as const, content: system }] : []),
    { role: 'user', content: userContent(prompt, imagesOf(request, ''), 'prompt') },
  ]
  return headOf(request, body, 'response', { messages, tools: [] })
}

function headOf(request: CommonFields, body: Record<string, unknown>, says: Says, content: { messages: DraftMessage[]; tools: Prompt['tools'] }): RequestHead {
  const stream = request.stream ?? true
  const parameters = decodeParameters(request)
  const encoderFor: RequestHead['createEncoder'] = ({ created }, model) => createEncoder({ model: request.model || model, created }, says)
  return {
    model: request.model ?? undefined,
    choices: 1,
    stream,
    decode: (model) => ({
      prompt: { model, ...content, toolChoice: { type: 'auto' }, output: decodeFormat(request.format), parameters },
      choices: 1,
      get ignored() {
        return tellable(leftOutFields(body, request))
      },
      stream,
      createEncoder: (response) => encoderFor(response, model),
    }),
    createEncoder: encoderFor,
  }
}

function decodeTools(tools: readonly ChatTool[]): Prompt['tools'] {
  const names = new Set<string>()
  return tools.map(({ function: { name, description, parameters } }, index) => {
    if (names.has(name)) throw invalidValue(`tools[${index}].function.name`, 'another tool has the same name')
    names.add(name)
    return { name, ...(typeof description === 'string' && { description }), ...(parameters && { parameters }) }
  })
}
