import type { KnownWire } from '../core/call.ts'
import type { Wire } from '../core/model.ts'
import type { UsageNews } from '../core/usage.ts'
import { boundedBody } from './bounded-body.ts'

/**
 * What of a provider's stream reaches no event of opencode's: the text of tool arguments, probabilities, what stopped it,
 * what signs a text, its errors.
 */
export interface StreamObserver {
  /** `key` tells the calls of one answer apart; `id` is the provider's. */
  toolStart(key: string, id: string, name: string): void
  toolDelta(key: string, text: string): void
  logprobs(content: unknown[]): void
  stopSequence(sequence: string): void
  usage(news: UsageNews): void
  /** Of the text before it. */
  textSignature(signature: string): void
  error(body: string): void
}

/**
 * Passes a provider's answer on unchanged while `observer` is told of it. Formats other than these pass unread.
 * @param onTooMuch called when it comes faster than it is taken; see `boundedBody`
 */
export function observeStream(response: Response, wire: Wire, observer: StreamObserver, onTooMuch: (error: Error) => void): Response {
  if (wire === 'unknown' || !response.body || !response.headers.get('content-type')?.includes('text/event-stream')) return response
  const decoder = new TextDecoder()
  let rest = ''
  const body = boundedBody(response.body, onTooMuch).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
        rest = lines.pop()!
        for (const line of lines) {
          const data = parseData(line)
          if (data?.error) observer.error(JSON.stringify(data))
          else if (data) {
            READERS[wire](data, observer)
            const told = USAGE_IN[wire](data)
            if (told) observer.usage({ type: 'usage', wire, told })
          }
        }
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
}

function parseData(line: string): any {
  if (!line.startsWith('data:')) return undefined
  try {
    return JSON.parse(line.slice('data:'.length))
  } catch {
    // `[DONE]`, say.
    return undefined
  }
}

/** What an answer has used so far, where an answer in one piece has it. At the end opencode tells it, too. */
const USAGE_IN: Record<KnownWire, (data: any) => UsageNews['told'] | undefined> = {
  chat: ({ usage }) => usage && { usage },
  responses: ({ response }) => response?.usage && { usage: response.usage },
  messages: ({ message }) => message?.usage && { usage: message.usage },
  gemini: ({ usageMetadata }) => usageMetadata && { usageMetadata },
}

const READERS: Record<KnownWire, (data: any, observer: StreamObserver) => void> = {
  chat(data, observer) {
    const choice = data.choices?.[0]
    if (choice?.logprobs?.content?.length) observer.logprobs(choice.logprobs.content)
    // vLLM's name of it, and SGLang's; both may hold the number of a token instead.
    const stop: unknown = choice?.stop_reason ?? choice?.matched_stop
    if (typeof stop === 'string') observer.stopSequence(stop)
    for (const call of choice?.delta?.tool_calls ?? []) {
      const key = String(call.index ?? 0)
      if (call.function?.name) observer.toolStart(key, call.id ?? '', call.function.name)
      if (call.function?.arguments) observer.toolDelta(key, call.function.arguments)
    }
  },
  responses(data, observer) {
    const key = String(data.output_index)
    if (data.type === 'response.output_item.added' && data.item?.type === 'function_call') {
      observer.toolStart(key, data.item.call_id, data.item.name)
    } else if (data.type === 'response.function_call_arguments.delta') observer.toolDelta(key, data.delta)
  },
  messages(data, observer) {
    const key = String(data.index)
    if (data.type === 'content_block_start' && data.content_block?.type === 'tool_use') {
      observer.toolStart(key, data.content_block.id, data.content_block.name)
    } else if (data.delta?.type === 'input_json_delta') observer.toolDelta(key, data.delta.partial_json)
    else if (data.type === 'message_delta' && data.delta?.stop_sequence) observer.stopSequence(data.delta.stop_sequence)
  },
  gemini(data, observer) {
    for (const { text, thought, thoughtSignature } of data.candidates?.[0]?.content?.parts ?? []) {
      // The SDK passes over an empty text, and what it is signed with.
      if (text === '' && !thought && thoughtSignature) observer.textSignature(thoughtSignature)
    }
  },
}
