import { z } from 'zod'
import type { Route } from '../route.ts'

/** An OpenAPI document, as far as we write one. */
export interface OpenApiDocument {
  openapi: '3.1.1'
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: Record<string, object> }
}

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  parameters?: { name: string; in: 'path'; required: true; schema: { type: 'string' } }[]
  requestBody?: { required: boolean; content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content: Record<string, { schema?: object }> }>
  security: Record<string, string[]>[]
}

const DESCRIPTION =
  'The models of your opencode behind the APIs of OpenAI, Anthropic, Google and Ollama, behind one call, and behind ' +
  "opencode's own sessions. Without configured keys, every local client may call."

/** Any of them will do. */
const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a JSON Web Token.' },
  basic: { type: 'http', scheme: 'basic', description: "The user 'opencode' and the server's password." },
  anthropicKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  googleKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
}

/** OpenAPI has no word for all methods; these are those that clients of the vendors' APIs use. */
const ANY = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Describes all routes; the bodies by the schemas that they are held to. */
export function describeApi(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const route of routes) {
    const path = templateOf(route)
    for (const method of methodsOf(route)) (paths[path] ??= {})[method.toLowerCase()] = describeOperation(route, method, path)
  }
  return {
    openapi: '3.1.1',
    info: { title: 'opencode-bridge', version, description: DESCRIPTION },
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { securitySchemes: SECURITY_SCHEMES },
  }
}

/** The path of a route with its parameters in braces. */
export function templateOf({ path, template }: Route): string {
  return template ?? path.replace(/:(\w+)/g, '{$1}')
}

/** The methods by which the document has a route. */
export function methodsOf({ method }: Route): string[] {
  return method === 'ANY' ? ANY : [method]
}

function describeOperation({ summary, tag, auth, request, answers = ['application/json'] }: Route, method: string, path: string): Operation {
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name: name!, in: 'path', required: true, schema: { type: 'string' } }) as const)
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^a-zA-Z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())}`,
    summary,
    tags: [tag],
    ...(parameters.length > 0 && { parameters }),
    ...(request && { requestBody: describeBody(request) }),
    responses: {
      ...(tag !== 'Not offered' && { 200: { description: 'The answer.', content: Object.fromEntries(answers.map((type) => [type, {}])) } }),
      default: { description: 'An error, in the form of the API that the path belongs to.', content: { 'application/json': { schema: { type: 'object' } } } },
    },
    security: auth ? Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: [] })) : [],
  }
}

function describeBody(request: z.ZodType): Operation['requestBody'] {
  const { $schema: _, ...schema } = z.toJSONSchema(request, { io: 'input', unrepresentable: 'any' })
  // A body without any required field may be left out.
  return { required: (schema.required?.length ?? 0) > 0, content: { 'application/json': { schema } } }
}
