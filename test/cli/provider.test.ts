import { describe, expect, test } from 'vitest'
import { blockFrom, blockText } from '../../src/cli/provider/block-text.ts'
import { editorFor } from '../../src/cli/provider/edit-blocks.ts'

const block = { kind: 'openai', base_url: 'http://127.0.0.1:8000/v1', default_model: 'm' } as const

describe('add', () => {
  test.each([
    ['ollama', {}, '[provider.ollama]\nkind = "openai"\nbase_url = "http://127.0.0.1:11434/v1"\n'],
    ['opencode-go', {}, '[provider.opencode-go]\nkind = "opencode-go"\napi_key_env = "OPENCODE_API_KEY"\n'],
    [
      'gw',
      { 'base-url': 'https://gw/v1', 'key-file': '/run/key', model: 'a "b"' },
      '[provider.gw]\nkind = "openai"\nbase_url = "https://gw/v1"\napi_key_file = "/run/key"\ndefault_model = "a \\"b\\""\n',
    ],
    ['cl', { kind: 'anthropic' }, '[provider.cl]\nkind = "anthropic"\napi_key_env = "ANTHROPIC_API_KEY"\n'],
  ])('%s is a block', (name, options, text) => {
    expect(blockText(name, blockFrom(name, options))).toBe(text)
  })

  test('an unknown kind is named', () => {
    expect(() => blockFrom('x', { kind: 'opnai' })).toThrow(/"opnai".*openai_responses/)
  })
})

describe.each([
  ['.toml', '# mine\nport = 5\n\n[provider.b] # theirs\nkind = "openai"\n'],
  ['.yaml', '# mine\nport: 5\nprovider:\n  b: # theirs\n    kind: openai\n'],
  ['.jsonc', '{\n  // mine\n  "port": 5,\n  "provider": {\n    "b": { "kind": "openai" } // theirs\n  }\n}\n'],
])('a file %s', (extension, before) => {
  const editor = editorFor(extension)!

  test('keeps its comments and the rest when a block is added, and is as it was when it is removed', () => {
    const added = editor.set(before, 'a', block)
    for (const word of ['mine', 'theirs', '127.0.0.1:8000']) expect(added).toContain(word)
    expect(editor.set(added, 'a', { ...block, default_model: 'n' })).not.toContain('"m"')
    const removed = editor.remove(added, 'a')
    expect(removed.replaceAll(/\s+/g, '')).toBe(before.replaceAll(/\s+/g, ''))
  })
})

test('a comment before the next table stays, and tables within the block go', () => {
  const text = '[provider.a]\nkind = "openai"\n# of a\n[provider.a.headers]\nx = "y"\n\n# of b\n[provider.b]\nkind = "openai"\n'
  expect(editorFor('.toml')!.remove(text, 'a')).toBe('\n# of b\n[provider.b]\nkind = "openai"\n')
})

test('code is not edited', () => {
  expect(editorFor('.ts')).toBeUndefined()
})
