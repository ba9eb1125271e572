import { BridgeError } from '../core/errors.ts'
import { gemini } from '../protocols/gemini/index.ts'
import { messages } from '../protocols/messages/index.ts'
import { ollamaChat } from '../protocols/ollama/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { Route } from './route.ts'

interface Operations {
  /** Whose clients get their errors in this format; without one it is OpenAI's, or that of the client's headers. */
  protocol?: Protocol
  /** What is asked for, by path. */
  paths: Record<string, string>
}

/** What the vendors' APIs offer and opencode has no means for. */
const OPERATIONS: readonly Operations[] = [
  {
    paths: {
      '/v1/images': 'image generation',
      '/v1/audio': 'speech and transcription',
      '/v1/videos': 'video generation',
      '/v1/files': 'file storage',
      '/v1/uploads': 'file storage',
      '/v1/batches': 'batches',
      '/v1/fine_tuning': 'fine-tuning',
      '/v1/fine-tunes': 'fine-tuning',
      '/v1/moderations': 'moderation',
      '/v1/assistants': 'the Assistants API',
      '/v1/threads': 'the Assistants API',
      '/v1/conversations': 'the Conversations API',
      '/v1/responses/compact': 'compaction',
      '/v1/chat/completions/:id': 'stored completions',
      '/v1/vector_stores': 'vector stores',
      '/v1/realtime': 'the Realtime API',
      '/v1/containers': 'containers',
      '/v1/evals': 'evals',
      '/v1/skills': 'skills',
      '/v1/chatkit': 'ChatKit',
      '/v1/organization': 'administration',
      '/v1/projects': 'administration',
      '/v1/engines': 'engines',
      '/v1/edits': 'edits',
    },
  },
  {
    protocol: messages,
    paths: {
      '/v1/messages/batches': 'batches',
      '/v1/complete': 'the Text Completions API',
      '/v1/organizations': 'administration',
      '/v1/user_profiles': 'administration',
      ...managed('/v1', ['agents', 'sessions', 'environments', 'vaults', 'memory_stores', 'deployments', 'deployment_runs', 'dreams', 'tunnels']),
    },
  },
  {
    protocol: gemini,
    paths: {
      '/v1beta/files': 'file storage',
      '/upload/v1beta/files': 'file storage',
      '/v1beta/cachedContents': 'context caching',
      '/v1beta/batches': 'batches',
      '/v1beta/tunedModels': 'tuning',
      '/v1beta/fileSearchStores': 'file search',
      '/upload/v1beta/fileSearchStores': 'file search',
      '/v1beta/corpora': 'retrieval',
      '/v1beta/operations': 'long-running operations',
      '/v1beta/interactions': 'the Interactions API',
      ...managed('/v1beta', ['agents', 'environments', 'credentials', 'triggers', 'webhooks', 'voices']),
      '/v1beta/auth_tokens': 'the Live API',
    },
  },
  {
    protocol: ollamaChat,
    paths: {
      '/api/pull': 'downloads of models',
      '/api/push': 'uploads of models',
      '/api/create': 'making of models',
      '/api/copy': 'copies of models',
      '/api/delete': 'deletion of models',
      '/api/blobs': 'file storage',
      '/api/web_search': "Ollama's search",
      '/api/web_fetch': "Ollama's search",
    },
  },
]

/** Answers, with any method and without a key, why an operation of the vendors' APIs is not there. */
export const unsupportedRoutes: readonly Route[] = OPERATIONS.flatMap(({ paths, protocol }) =>
  Object.entries(paths).flatMap(([path, operation]) => refusals(path, operation, protocol)),
)

/** The many nouns of an API for agents that the vendor hosts. */
function managed(base: string, nouns: string[]): Operations['paths'] {
  return Object.fromEntries(nouns.map((noun) => [`${base}/${noun}`, 'managed agents']))
}

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
      'POST /v1/chat/completions, /v1/responses, /v1/messages, /v1/completions, ' +
      '/v1beta/models/{model}:generateContent, /api/chat and /api/generate, and GET /v1/models.',
    { code: 'unsupported_operation', status: 400 },
  )
}
