import { expect, test } from 'vitest'
import { renderBanner } from '../../../src/cli/terminal/banner.ts'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import type { Model } from '../../../src/core/model.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'

const model = (id: string): Model => ({
  id,
  provider: id.slice(0, id.indexOf('/')),
  name: id,
  contextLength: 1,
  maxOutputTokens: 1,
  toolCall: true,
  reasoning: false,
  input: { image: false, pdf: false, audio: false },
  wire: 'chat',
  efforts: [],
  releaseDate: '',
})

function banner(ids: string[], daemon: Partial<Daemon> = {}, config: ConfigInput = {}, ready = true): string {
  const base = {
    url: 'http://127.0.0.1:4141',
    secret: '',
    instance: 'x',
    demo: false,
    degraded: undefined,
    models: () => ids.map(model),
    warmed: async () => true,
    stop: async () => {},
    kill: async () => {},
  }
  return renderBanner({ ...base, ...daemon }, configSchema.parse(config), '1.2.3', ready)
}

test('where it listens, the models by provider, a line to paste', () => {
  const text = banner(['a/1', 'b/1', 'a/2', 'a/3', 'a/4'], {}, { defaultModels: ['c/1', 'b/1'] })
  expect(text).toContain('opencode-bridge 1.2.3 is ready: http://127.0.0.1:4141/v1\n')
  expect(text).toContain('5 models:\n  a (4): a/1, a/2, a/3, …\n  b (1): b/1\n')
  expect(text).toContain('curl http://127.0.0.1:4141/v1/chat/completions \\\n')
  expect(text).toContain(`-d '{"model":"b/1","messages":[{"role":"user","content":"Hello!"}]}'\n`)
  expect(text).not.toMatch(/DEMO|PLAIN|Authorization/)
})

test('many providers are cut short', () => {
  expect(banner('abcdefghi'.split('').map((provider) => `${provider}/1`))).toContain('and 3 more providers; opencode-bridge models lists all')
})

test('a key is named by its variable, never shown', () => {
  const text = banner(['a/1'], {}, { apiKeys: ['sesame-street'] })
  expect(text).toContain('-H "Authorization: Bearer $OPENCODE_BRIDGE_API_KEY"')
  expect(text).not.toContain('sesame')
})

test.each([
  [{ serverPassword: 'sesame-street' }, '-u "opencode:<password>"'],
  [{ jwtSecret: 'sesame-street-with-32-characters' }, '-H "Authorization: Bearer <token>"'],
])('%j shows how to prove oneself', (config, line) => {
  const text = banner(['a/1'], {}, config)
  expect(text).toContain(line)
  expect(text).not.toContain('sesame')
})

test('the demo says so, and how to connect Copilot', () => {
  const text = banner(['demo/echo'], { demo: true })
  for (const part of ['DEMO', 'opencode auth login', 'GitHub Copilot', '"model":"demo/echo"']) expect(text).toContain(part)
})

test('plain mode is loud', () => {
  expect(banner(['a/1'], { degraded: 'The plugin did not load.' })).toContain('PLAIN MODE')
})

test('it says that nothing would be answered at once where that is so', () => {
  expect(banner([], {}, {}, false)).toContain('opencode-bridge 1.2.3 listens, but no opencode process is ready: http://127.0.0.1:4141/v1\n')
})
