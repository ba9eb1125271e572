import type { Route } from './route.ts'

export interface RequestPath {
  method: string
  /** Percent-encoded. */
  pathname: string
  /** Whether the client's headers are Google's, at paths that vendors share. */
  ofGoogle: boolean
}

/** What base URLs of the vendors, and of gateways, have in front of an operation. */
const VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta', 'v1alpha'])
const BASES: ReadonlySet<string> = new Set([...VERSIONS, 'api', 'openai', 'anthropic', 'ollama'])

/** Of these only, where the name of a model follows that may begin with a vendor's. */
const BEFORE_MODELS: ReadonlySet<string> = new Set([...VERSIONS, 'api', 'models'])

/** Google's versions that the bridge serves as one. */
const GOOGLE_VERSIONS: ReadonlySet<string> = new Set(['v1beta', 'v1alpha'])

/** What Google's clients do with a model, behind the last colon of its name. */
const ACTION = /(?::|%3a)(?:generateContent|streamGenerateContent|countTokens|embedContent|batch[a-z]+|predict[a-z]*)$/i

/** Whole endpoints, which some take for a base URL; the longer first where one ends with another. */
const ENDPOINTS: readonly { words: readonly string[]; method: string }[] = [
  { words: ['chat', 'completions'], method: 'POST' },
  { words: ['completions'], method: 'POST' },
  { words: ['messages'], method: 'POST' },
  { words: ['messages', 'count_tokens'], method: 'POST' },
  { words: ['responses'], method: 'POST' },
  { words: ['models'], method: 'GET' },
]

const BEFORE_ENDPOINTS: ReadonlySet<string> = new Set([...BASES, ...ENDPOINTS.flatMap(({ words }) => words)])

/**
 * Finds out which path of the bridge's a client means whose base URL has a version too many or too few, the prefix of
 * a vendor or a gateway, a whole endpoint, or slashes where none belong.
 * @param routes all that there are; their own paths stay as they are
 * @returns the path to be served, which no route may have: what is not clear stays as it is, but for its slashes
 */
export function createPathReader(routes: readonly Route[]): (request: RequestPath) => string {
  const versioned = nouns(routes, 'v1')
  // Words of Anthropic's managed agents, none of which are here, are many others' too.
  const bare = nouns(
    routes.filter(({ tag, protocol }) => tag !== 'Not offered' || !protocol),
    'v1',
  )
  const google = nouns(routes, 'v1beta')
  const ollama = routes.flatMap(({ path }) => (path.startsWith('/api/') ? [path] : []))

  return ({ method, pathname, ofGoogle }) => {
    const segments = pathname.split('/').filter((segment) => segment !== '')
    const model = method === 'POST' && ACTION.test(pathname) ? modelOf(segments, google) : undefined
    if (model) return join('v1beta', 'models', ...model)

    const own = ollamaOf(segments, ollama)
    if (own) return join(...own)
    const endpoint = endpointOf(segments, method)
    const operation = endpoint ?? without(BASES, segments)
    const before = segments.slice(0, segments.length - operation.length)
    const noun = operation[0] ?? ''
    const forGoogle = !before.includes('openai') && (before.some((word) => GOOGLE_VERSIONS.has(word)) || (ofGoogle && noun === 'models'))
    if (forGoogle && google.has(noun)) return join('v1beta', ...operation)
    const known = before.some((word) => VERSIONS.has(word)) ? versioned : bare
    if (known.has(noun)) return join('v1', ...operation)
    return join(...segments)
  }
}

/** The name of a model with what is to be done with it; undefined for something of Google's that is no model. */
function modelOf(segments: readonly string[], google: ReadonlySet<string>): readonly string[] | undefined {
  const operation = without(BASES, segments)
  const name = without(BEFORE_MODELS, operation[0] === 'models' ? operation : segments)
  const isOther = google.has(name[0] ?? '') || name[0] === 'upload' || name.length === 0
  return isOther ? undefined : name
}

/** A path below `/api`, which is Ollama's and may share a word with OpenAI's; what stands before it is a base URL of the other vendors'. */
function ollamaOf(segments: readonly string[], paths: readonly string[]): readonly string[] | undefined {
  const start = segments.lastIndexOf('api')
  if (start < 0 || !segments.slice(0, start).every((word) => BASES.has(word))) return undefined
  const own = segments.slice(start)
  const asked = join(...own)
  return paths.some((path) => (path.endsWith('/**') ? asked.startsWith(path.slice(0, -2)) : asked === path)) ? own : undefined
}

/** The endpoint that a path ends with, where all before it can stand in a base URL. */
function endpointOf(segments: readonly string[], method: string): readonly string[] | undefined {
  const asked = method === 'HEAD' ? 'GET' : method
  return ENDPOINTS.find((endpoint) => {
    const start = segments.length - endpoint.words.length
    return (
      endpoint.method === asked &&
      start >= 0 &&
      endpoint.words.every((word, index) => word === segments[start + index]) &&
      segments.slice(0, start).every((word) => BEFORE_ENDPOINTS.has(word))
    )
  })?.words
}

function without(words: ReadonlySet<string>, segments: readonly string[]): readonly string[] {
  const start = segments.findIndex((segment) => !words.has(segment))
  return start < 0 ? [] : segments.slice(start)
}

/** The first words of the operations below a version. */
function nouns(routes: readonly Route[], version: string): Set<string> {
  return new Set(routes.flatMap(({ path }) => (path.startsWith(`/${version}/`) ? [path.split('/')[2]!] : [])))
}

function join(...segments: readonly string[]): string {
  return `/${segments.join('/')}`
}
