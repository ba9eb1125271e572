import { generationConfig, requestSchema } from './schema.ts'

/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

type Fields = Record<string, unknown>

/** What a request asks for in fields that a prompt has no place for: `safetySettings`, `generationConfig.topK`, … */
export function unreadFields(body: Fields): string[] {
  const names = [
    ...unknownKeys(body, requestSchema.shape),
    ...unknownKeys(body.generationConfig, generationConfig.shape).map((name) => `generationConfig.${name}`),
    ...hostedTools(body.tools).map((name) => `tools.${name}`),
  ]
  return [...new Set(names)].slice(0, MAX_NAMES)
}

/** Tools that run at Google's, as `googleSearch` and `codeExecution`. */
function hostedTools(tools: unknown): string[] {
  return Array.isArray(tools) ? tools.flatMap((tool) => unknownKeys(tool, { functionDeclarations: true })) : []
}

function unknownKeys(value: unknown, known: object): string[] {
  return Object.entries((value ?? {}) as Fields)
    .filter(([name, content]) => !Object.hasOwn(known, name) && asksForSomething(content) && /^[\w.-]{1,64}$/.test(name))
    .map(([name]) => name)
}

function asksForSomething(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)
}
