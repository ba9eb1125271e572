import { BridgeError } from '../core/errors.ts'
import { gemini } from '../protocols/gemini/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { Route } from './route.ts'

/** Operations of OpenAI's API that opencode has no means for, by the first word of their path after `/v1/`. */
const OPENAI_OPERATIONS: Record<string, string> = {
  embeddings: 'embeddings',
  images: 'image generation',
  audio: 'speech and transcription',
  videos: 'video generation',
  files: 'file storage',
  uploads: 'file storage',
  batches: 'batches',
  fine_tuning: 'fine-tuning',
  'fine-tunes': 'fine-tuning',
  moderations: 'moderation',
  assistants: 'the Assistants API',
  threads: 'the Assistants API',
  vector_stores: 'vector stores',
  realtime: 'the Realtime API',
  containers: 'containers',
  evals: 'evals',
}

/** The same of Google's API, by their path. */
const GEMINI_OPERATIONS: Record<string, string> = {
  '/v1beta/files': 'file storage',
  '/upload/v1beta/files': 'file storage',
  '/v1beta/cachedContents': 'context caching',
  '/v1beta/batches': 'batches',
  '/v1beta/tunedModels': 'tuning',
  '/v1beta/fileSearchStores': 'file search',
}

/** Answers, with any method and without a key, why an operation of the vendors' APIs is not there. */
export const unsupportedRoutes: readonly Route[] = [
  ...Object.entries(OPENAI_OPERATIONS).flatMap(([word, operation]) => refusals(`/v1/${word}`, operation)),
  ...Object.entries(GEMINI_OPERATIONS).flatMap(([path, operation]) => refusals(path, operation, gemini)),
]

function refusals(path: string, operation: string, protocol?: Protocol): Route[] {
  const handler = (): never => {
    throw unsupportedOperation(operation)
  }
  const common = { method: 'ANY', summary: `Refuses ${operation}`, tag: 'Not offered', auth: false, ...(protocol && { protocol }), handler } as const
  return [
    { ...common, path },
    { ...common, path: `${path}/**`, template: `${path}/{rest}` },
  ]
}

/** The error of an operation that cannot exist here. Its status is 400, because SDKs repeat a request that gets a 501. */
export function unsupportedOperation(operation: string): BridgeError {
  return new BridgeError(
    `The bridge does not offer ${operation}: opencode, which runs the models, only generates text. Supported are ` +
      'POST /v1/chat/completions, /v1/responses, /v1/messages, /v1/completions and ' +
      '/v1beta/models/{model}:generateContent, and GET /v1/models.',
    { code: 'unsupported_operation', status: 400 },
  )
}
