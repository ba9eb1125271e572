import { type AbstractRequest, emptyAnswer, type Missing, type ClientFormat } from '../client-format.ts'
import { decodeChunks, decodeError, decodeUsage, errorTypes } from './openai.ts'

const tool = { type: 'function', function: { name: 'weather' } }
const reason = 'a prompt is one text'

export const completions: ClientFormat = {
  name: 'Completions',
  capabilities: {
    system: refused('system', 'Be terse.'),
    history: { reason, attempt: { prompt: undefined, messages: [{ role: 'user', content: 'Hi' }] }, instead: { refused: 'messages' } },
    tools: refused('tools', [tool]),
    demand: refused('tools', [tool]),
    parallelCalls: refused('tools', [tool, { ...tool, function: { name: 'clock' } }]),
    oneCallOnly: { reason, attempt: { parallel_tool_calls: false }, instead: { ignored: 'parallel_tool_calls' } },
    images: {
      reason,
      attempt: { prompt: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
      instead: { refused: 'prompt[0]' },
    },
    reasoning: { reason: 'an answer is one text', attempt: { reasoning_effort: 'high' }, instead: { ignored: 'reasoning_effort' } },
  },
  countsParts: true,
  frames: 'events',
  // An answer without a place for calls has ended, whatever the model meant by it.
  stopReasons: { stop: 'stop', length: 'length', 'tool-calls': 'stop', 'content-filter': 'content_filter' },
  refusal: { stop: 'stop', isText: true },
  errorTypes,

  encode: (request) => ({
    path: '/v1/completions',
    body: {
      model: 'test/model',
      prompt: textOf(request),
      max_tokens: request.maxTokens,
      stream: request.stream,
      ...(request.stream && { stream_options: { include_usage: true } }),
    },
  }),

  decodeAnswer: ({ choices: [{ text, finish_reason: stop }], usage }) => ({ ...emptyAnswer(), text, stop, usage: decodeUsage(usage) }),

  decodeStream: (events) =>
    decodeChunks(events, (answer, { text }) => {
      answer.text += text
    }),

  decodeError,
}

function refused(field: string, value: unknown): Missing {
  return { reason, attempt: { [field]: value }, instead: { refused: field } }
}

function textOf({ turns }: AbstractRequest): string {
  const [turn, ...others] = turns
  if (turn?.role !== 'user' || others.length > 0) throw new Error('a prompt has no turns')
  const [part, ...more] = turn.parts
  if (part?.type !== 'text' || more.length > 0) throw new Error('a prompt has no parts')
  return part.text
}
