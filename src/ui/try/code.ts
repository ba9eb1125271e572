export type Language = 'curl' | 'python' | 'typescript'

/** The same request, as a program would make it. Its images stay behind: they would be most of it. */
export function codeFor(language: Language, { origin, body, needsKey }: { origin: string; body: Record<string, unknown>; needsKey: boolean }): string {
  const { stream_options: _, ...shown } = JSON.parse(JSON.stringify(body, withoutImages)) as Record<string, unknown>
  if (language === 'curl') return curl(origin, shown, needsKey)
  return language === 'python' ? python(origin, shown, needsKey) : typescript(origin, shown, needsKey)
}

function withoutImages(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('data:') ? 'data:image/png;base64,…' : value
}

function curl(origin: string, body: object, needsKey: boolean): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", String.raw`'\''`)
  const key = needsKey ? ' \\\n  -H "Authorization: Bearer $OPENCODE_BRIDGE_API_KEY"' : ''
  return `curl -N ${origin}/v1/chat/completions \\\n  -H 'Content-Type: application/json'${key} \\\n  -d '${json}'`
}

function python(origin: string, body: Record<string, unknown>, needsKey: boolean): string {
  const fields = Object.entries(body).map(([name, value]) => `    ${name}=${pythonic(value, 4)},`)
  return `import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=${needsKey ? 'os.environ["OPENCODE_BRIDGE_API_KEY"]' : '"no-key"'})
stream = client.chat.completions.create(
${fields.join('\n')}
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`.replace(needsKey ? '' : 'import os\n', '')
}

/** JSON, but for three words. */
function pythonic(value: unknown, indent: number): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  const inner = ' '.repeat(indent + 4)
  const close = ' '.repeat(indent)
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[\n${value.map((item) => `${inner}${pythonic(item, indent + 4)},\n`).join('')}${close}]`
  if (typeof value === 'object') {
    return `{\n${Object.entries(value)
      .map(([name, item]) => `${inner}${JSON.stringify(name)}: ${pythonic(item, indent + 4)},\n`)
      .join('')}${close}}`
  }
  return JSON.stringify(value)
}

function typescript(origin: string, body: object, needsKey: boolean): string {
  const json = JSON.stringify(body, null, 2).replaceAll(/^(\s*)"([a-zA-Z_]\w*)":/gm, '$1$2:')
  return `import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: ${needsKey ? 'process.env.OPENCODE_BRIDGE_API_KEY' : "'no-key'"} })
const stream = await client.chat.completions.create(${json})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')
`
}
