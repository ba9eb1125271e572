import { invalidValue, unsupportedValue } from '../invalid-value.ts'
import type { RequestHead } from '../protocol.ts'
import { readBody } from '../read-body.ts'
import { textPrompt } from '../text-prompt.ts'
import { asksForSomething, leftOutFields, tellable } from '../unread-fields.ts'
import { createEncoder } from './encode.ts'
import { decodeParameters } from './parameters.ts'
import { type CompletionRequest, requestSchema } from './schema.ts'

/** What only a conversation has: an answer without it would be one to another question, as this is one text. */
const OF_CONVERSATIONS = ['messages', 'system', 'instructions', 'tools', 'functions']

/**
 * Reads the body of `POST /v1/completions`; see `Protocol.read`. The prompt becomes the message of a user, for the models
 * are chat models.
 */
export function readCompletionRequest(body: Record<string, unknown>): RequestHead {
  refuseConversation(body)
  const { known, strict } = readBody(requestSchema, body)
  if (known.suffix) throw unsupportedValue('suffix', 'asks for text to be inserted, which chat models cannot do')
  const prompt = readPrompt(known.prompt)
  const choices = known.n ?? 1
  const stream = known.stream ?? false
  const encoderFor: RequestHead['createEncoder'] = (response, model) =>
    createEncoder(response, {
      model: known.model || model,
      choices,
      echo: known.echo ? prompt : '',
      includeUsage: known.stream_options?.include_usage ?? false,
    })
  return {
    model: known.model ?? undefined,
    choices,
    stream,
    decode: (model) => {
      const request = strict()
      return {
        prompt: textPrompt(model, prompt, decodeParameters(request)),
        choices,
        get ignored() {
          return unreadFields(request, body)
        },
        stream,
        createEncoder: (response) => encoderFor(response, model),
      }
    },
    createEncoder: encoderFor,
  }
}

/** First of all, for the `prompt` that is missing beside `messages` is not what the client got wrong. */
function refuseConversation(body: Record<string, unknown>): void {
  const param = OF_CONVERSATIONS.find((name) => asksForSomething(body[name]))
  if (param !== undefined) throw unsupportedValue(param, 'is for conversations, and this endpoint goes on from one text. Use POST /v1/chat/completions')
}

function readPrompt(prompt: CompletionRequest['prompt']): string {
  const [first, ...others] = [prompt].flat(1)
  if (typeof first !== 'string') throw unsupportedValue('prompt', 'holds token ids, which only the model that they were made for could read. Send text')
  if (others.length > 0) throw unsupportedValue('prompt', `is a list of ${others.length + 1} prompts. Send one request for each`)
  if (first !== '') return first
  throw invalidValue('prompt', 'it is empty. Expected some text')
}

/** What a request asks for in fields that a prompt has no place for. */
function unreadFields(request: CompletionRequest, body: Record<string, unknown>): string[] {
  const selective = (request.best_of ?? 1) > (request.n ?? 1)
  return [...tellable(leftOutFields(body, request)), ...(selective ? ['best_of'] : [])]
}
