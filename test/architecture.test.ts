import { describe, expect, test } from 'vitest'
import { type Import, importsOf, importsOfSources } from './support/imports.ts'

/**
 * The plan of the house: what each room of `src` may import, of ours and of others'. A room that is not in it may not be.
 * A file belongs to the room with the longest name that its path begins with; a room reaches itself.
 */
const ROOMS: Record<string, { rooms: string[]; packages: string[] }> = {
  core: { rooms: [], packages: [] },
  system: { rooms: ['core'], packages: ['node', 'ofetch', 'undici'] },
  pool: { rooms: ['core'], packages: [] },
  config: {
    rooms: ['access', 'core', 'providers', 'providers/credentials', 'records/pricing', 'redaction', 'search', 'system'],
    packages: ['node', 'c12', 'confbox', 'fastest-levenshtein', 'yaml', 'zod'],
  },
  redaction: { rooms: ['core'], packages: ['node', 're2js'] },
  demo: { rooms: ['core'], packages: ['node'] },
  plugin: { rooms: ['core', 'redaction'], packages: ['node', '@opencode-ai/plugin'] },
  opencode: { rooms: ['core', 'demo', 'plugin', 'system'], packages: ['node', 'confbox', 'execa', 'pidusage'] },
  engines: { rooms: ['core', 'opencode', 'plugin', 'pool'], packages: ['node'] },
  generation: { rooms: ['core'], packages: ['node', 'ajv', 'ajv-formats', 're2js'] },
  wires: { rooms: ['core', 'wires/shared', 'wires/chat', 'wires/gemini', 'wires/messages', 'wires/responses'], packages: [] },
  'wires/shared': { rooms: ['core'], packages: ['node'] },
  'wires/chat': { rooms: ['core', 'wires', 'wires/shared'], packages: ['node'] },
  'wires/gemini': { rooms: ['core', 'wires', 'wires/shared'], packages: [] },
  'wires/messages': { rooms: ['core', 'wires', 'wires/shared'], packages: [] },
  'wires/responses': { rooms: ['core', 'wires', 'wires/shared'], packages: [] },
  protocols: { rooms: ['core'], packages: ['node', 'gpt-tokenizer', 'zod'] },
  'protocols/chat-completions': { rooms: ['core', 'protocols'], packages: ['zod'] },
  'protocols/completions': { rooms: ['core', 'protocols'], packages: ['zod'] },
  'protocols/gemini': { rooms: ['core', 'protocols'], packages: ['eventsource-parser', 'zod'] },
  'protocols/messages': { rooms: ['core', 'protocols'], packages: ['node', 'zod'] },
  'protocols/ollama': { rooms: ['core', 'protocols'], packages: ['node', 'zod'] },
  'protocols/one-call': { rooms: ['core', 'protocols'], packages: ['zod'] },
  'protocols/responses': { rooms: ['core', 'protocols'], packages: ['node', 'zod'] },
  providers: { rooms: ['core', 'providers/credentials', 'system'], packages: ['node'] },
  'providers/credentials': { rooms: ['core', 'system'], packages: ['node', 'jose'] },
  service: { rooms: [], packages: [] },
  storage: { rooms: ['core'], packages: [] },
  'storage/memory': { rooms: ['core', 'storage'], packages: ['lru-cache'] },
  'storage/sql': { rooms: ['core', 'storage'], packages: ['node', 'kysely', 'libsql', 'lru-cache', 'pg'] },
  connectors: { rooms: [], packages: ['node', 'confbox', 'jsonc-parser', 'yaml'] },
  exchange: {
    rooms: ['core', 'engines', 'generation', 'models', 'protocols', 'records', 'redaction', 'storage', 'wires', 'wires/chat', 'wires/shared'],
    packages: ['node', 'eventsource-parser', 'htmlparser2', 'request-filtering-agent'],
  },
  search: { rooms: ['core'], packages: [] },
  access: { rooms: ['core'], packages: ['node', 'jose'] },
  live: { rooms: ['core'], packages: ['node'] },
  'access/limits': { rooms: ['access', 'core', 'records', 'records/pricing', 'storage'], packages: ['node'] },
  models: { rooms: ['core'], packages: ['fastest-levenshtein'] },
  records: { rooms: ['access', 'core'], packages: [] },
  'records/audit': { rooms: ['records'], packages: ['node'] },
  'records/ledger': { rooms: ['access', 'core', 'records', 'records/pricing', 'storage'], packages: ['node'] },
  'records/log': { rooms: ['access', 'core', 'records', 'records/pricing'], packages: [] },
  'records/metrics': { rooms: ['access', 'core', 'records', 'records/pricing'], packages: ['prom-client'] },
  'records/traces': {
    rooms: ['access', 'records', 'records/log', 'records/pricing'],
    packages: ['node', '@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-base'],
  },
  'records/pricing': { rooms: ['core', 'records'], packages: [] },
  server: {
    rooms: [
      'access',
      'access/limits',
      'config',
      'connectors',
      'core',
      'engines',
      'exchange',
      'generation',
      'live',
      'models',
      'protocols',
      'protocols/chat-completions',
      'protocols/completions',
      'protocols/gemini',
      'protocols/messages',
      'protocols/ollama',
      'protocols/one-call',
      'protocols/responses',
      'records',
      'records/ledger',
      'records/metrics',
      'records/pricing',
      'redaction',
      'server/sessions',
      'storage',
    ],
    packages: ['node', 'crossws', 'eventsource-parser', 'fzstd', 'h3', 'listhen', 'ofetch', 'pid-port', 'zod'],
  },
  'server/sessions': { rooms: ['access/limits', 'core', 'models', 'protocols', 'records', 'server'], packages: ['eventsource-parser', 'h3', 'zod'] },
  // What it knows of the daemon, it has over HTTP as any other client.
  ui: { rooms: [], packages: ['@preact/signals', 'eventsource-parser', 'preact', 'uplot'] },
  daemon: {
    rooms: [
      'access',
      'access/limits',
      'config',
      'core',
      'demo',
      'engines',
      'live',
      'models',
      'opencode',
      'providers',
      'providers/credentials',
      'records',
      'records/audit',
      'records/ledger',
      'records/log',
      'records/metrics',
      'records/pricing',
      'records/traces',
      'redaction',
      'search',
      'server',
      'storage',
      'storage/memory',
      'storage/sql',
      'system',
    ],
    packages: ['node', 'consola'],
  },
  cli: {
    rooms: [
      'access',
      'config',
      'connectors',
      'core',
      'daemon',
      'models',
      'opencode',
      'providers',
      'providers/credentials',
      'records/ledger',
      'server',
      'service',
      'system',
    ],
    packages: [
      'node',
      'citty',
      'confbox',
      'consola',
      'diff',
      'eventsource-parser',
      'marked',
      'ofetch',
      'string-width',
      'tinyglobby',
      'wrap-ansi',
      'yaml',
      'zod',
    ],
  },
}

function roomOf(path: string): string {
  const names = Object.keys(ROOMS).filter((name) => path === name || path.startsWith(`${name}/`))
  return names.toSorted((one, other) => other.length - one.length)[0] ?? `${path} (in no room)`
}

/** What the plan does not allow, in words. */
function trespasses(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, target, isPackage }) => {
    const room = roomOf(file)
    const goal = isPackage ? target : roomOf(target)
    const allowed = isPackage ? ROOMS[room]?.packages : [room, ...(ROOMS[room]?.rooms ?? [])]
    return allowed?.includes(goal) ? [] : [`${file} imports ${target}: ${room} may not reach ${goal}`]
  })
}

const imports = importsOfSources()

test('every import is one that the plan allows', () => {
  expect(imports.length).toBeGreaterThan(500)
  expect(trespasses(imports)).toEqual([])
})

test('no text of a request can get into a record', () => {
  const ways = imports.filter(({ file, target }) => roomOf(file).startsWith('records') && target === 'core/prompt.ts')
  expect(ways).toEqual([])
})

test('what was said is kept in one place, which no record and no store reaches', () => {
  const ways = imports.filter(({ file, target }) => target.startsWith('live/') && !/^(?:server|daemon|live)\//.test(file))
  expect(ways).toEqual([])
})

test('the plan allows nothing that nobody uses', () => {
  const used = new Set(imports.map(({ file, target, isPackage }) => `${roomOf(file)} ${isPackage ? target : roomOf(target)}`))
  const unused = Object.entries(ROOMS).flatMap(([room, { rooms, packages }]) =>
    [...rooms, ...packages].map((goal) => `${room} ${goal}`).filter((way) => !used.has(way)),
  )
  expect(unused).toEqual([])
})

describe('is seen:', () => {
  test.each([
    ['a format that imports another', 'protocols/gemini/read.ts', "import { a } from '../messages/read.ts'"],
    ['a call back up', 'exchange/translate.ts', "import type { A } from '../server/app.ts'"],
    ['an import over several lines', 'core/answer-event.ts', "import {\n  a,\n} from '../pool/pool.ts'"],
    ['one that is handed on', 'core/answer-event.ts', "export { a } from '../pool/pool.ts'"],
    ['one at run time', 'cli/run.ts', "await import('../engines/engine.ts')"],
    ['a page that reaches into the daemon', 'ui/now/now.tsx', "import type { A } from '../../server/app.ts'"],
    ['a library of another room', 'exchange/translate.ts', "import { defineEventHandler } from 'h3'"],
    ['a part of a library', 'core/answer-event.ts', "import { z } from 'zod/mini'"],
    ['a module of Node’s in core', 'core/answer-event.ts', "import { join } from 'node:path'"],
    ['a room that is in no plan', 'attic/chest.ts', "import { a } from '../core/answer-event.ts'"],
  ])('%s', (_name, file, text) => {
    expect(trespasses(importsOf(file, text))).toHaveLength(1)
  })
})
