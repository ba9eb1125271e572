import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/config/error.ts'
import { loadConfig, type LoadConfigOptions } from '../../src/config/load.ts'

let folder: string
let cwd: string
let env: NodeJS.ProcessEnv

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-config-'))
  cwd = join(folder, 'project')
  mkdirSync(cwd)
  env = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'xdg') }
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, content: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

/** As `start` does it. */
const load = (options: Partial<LoadConfigOptions> = {}) =>
  loadConfig({
    cwd,
    env: { ...env, ...options.env },
    ...('flags' in options && { flags: options.flags! }),
    configFile: options.configFile,
    project: options.project ?? true,
  })

async function failure(options: Partial<LoadConfigOptions> = {}): Promise<string> {
  const error = await load(options).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).message
}

describe('precedence', () => {
  test('defaults come first', async () => {
    const { config, sources, file } = await load()
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4141, maxSize: 4, apiKeys: [], aliases: {} })
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']))
    expect(file).toBeUndefined()
  })

  test('user file < project file < environment < flags, each value with its source', async () => {
    const user = write('xdg/opencode-bridge/config.json', '{"startTimeout":1001,"drainTimeout":11,"tokenTimeout":12,"minIdle":2,"maxRetries":9}')
    const project = write('project/opencode-bridge.config.json', '{"startTimeout":1002,"drainTimeout":21,"tokenTimeout":22}')
    const { config, sources, file } = await load({
      env: { OPENCODE_BRIDGE_START_TIMEOUT: '1003', OPENCODE_BRIDGE_DRAIN_TIMEOUT: '31' },
      flags: { startTimeout: '1004' },
    })
    expect(config).toMatchObject({ startTimeout: 1004, drainTimeout: 31, tokenTimeout: 22, minIdle: 2, maxRetries: 9, requestTimeout: 1_200_000 })
    expect(sources).toMatchObject({
      startTimeout: '--start-timeout',
      drainTimeout: 'OPENCODE_BRIDGE_DRAIN_TIMEOUT',
      tokenTimeout: project,
      minIdle: user,
      requestTimeout: 'default',
    })
    expect(file).toBe(project)
  })

  test('without XDG_CONFIG_HOME the user file is in ~/.config, also when that is below the working folder', async () => {
    write('.config/opencode-bridge/config.yaml', 'port: 1005\n')
    const { config } = await loadConfig({ cwd: folder, env: { HOME: folder } })
    expect(config.port).toBe(1005)
  })

  test.each(['--config', 'OPENCODE_BRIDGE_CONFIG'])('%s replaces both files', async (source) => {
    write('xdg/opencode-bridge/config.json', '{"maxSize":11}')
    write('project/opencode-bridge.config.json', '{"tokenTimeout":22}')
    write('project/other.toml', 'port = 1006\n')
    const named = source === '--config' ? { configFile: 'other.toml' } : { env: { OPENCODE_BRIDGE_CONFIG: 'other.toml' } }
    const { config } = await load(named)
    expect(config).toMatchObject({ port: 1006, maxSize: 4, tokenTimeout: 120_000 })
  })

  test.each([
    ['js', 'export default { port: 1007 }'],
    ['mjs', 'export default () => ({ port: 1007 })'],
    ['json', '{ "$schema": "x", "port": 1007 }'],
    ['jsonc', '{ "port": 1007, /* why */ }'],
    ['yaml', 'port: 1007'],
    ['toml', 'port = 1007'],
  ])('reads .%s of the user', async (extension, content) => {
    write(`xdg/opencode-bridge/config.${extension}`, content)
    expect((await load()).config.port).toBe(1007)
  })

  test.each([
    ['json', '{ "$schema": "x", "tokenTimeout": 1007 }'],
    ['jsonc', '{ "tokenTimeout": 1007, /* why */ }'],
    ['json5', '{ tokenTimeout: 1007 }'],
    ['yaml', 'tokenTimeout: 1007'],
    ['toml', 'tokenTimeout = 1007'],
  ])('reads .%s of a project', async (extension, content) => {
    write(`project/opencode-bridge.config.${extension}`, content)
    const { config, ignored } = await load()
    expect({ timeout: config.tokenTimeout, ignored }).toEqual({ timeout: 1007, ignored: [] })
  })

  test('NODE_ENV changes nothing', async () => {
    write('project/opencode-bridge.config.json', `{"tokenTimeout":1008,"$${process.env.NODE_ENV}":{"tokenTimeout":1009}}`)
    expect((await load()).config.tokenTimeout).toBe(1008)
    write('xdg/opencode-bridge/config.js', `export default {port:1008,$${process.env.NODE_ENV}:{port:1009}}`)
    expect((await load()).config.port).toBe(1008)
  })

  test('nothing is written, neither to process.env nor beside the file', async () => {
    write('xdg/opencode-bridge/config.ts', 'export default { port: 1010 }')
    write('xdg/opencode-bridge/.env', 'OPENCODE_BRIDGE_PORT=1011')
    const before = { ...process.env }
    expect((await load()).config.port).toBe(1010)
    expect(process.env).toEqual(before)
    expect(readdirSync(join(folder, 'xdg/opencode-bridge')).sort()).toEqual(['.env', 'config.ts'])
  })
})

describe('texts', () => {
  test.each([
    ['OPENCODE_BRIDGE_API_KEY', ' first-key ,second-key,', { apiKeys: ['first-key', 'second-key'] }],
    ['OPENCODE_BRIDGE_CORS_ORIGINS', 'http://a,http://b', { corsOrigins: ['http://a', 'http://b'] }],
    ['OPENCODE_BRIDGE_VERBOSE', '1', { verbose: true }],
    ['OPENCODE_BRIDGE_VERBOSE', 'False', { verbose: false }],
    ['OPENCODE_BRIDGE_STRICT', 'true', { strict: true }],
    ['OPENCODE_BRIDGE_ALLOW_REMOTE_FILES', '1', { allowRemoteFiles: true }],
    ['OPENCODE_BRIDGE_ALIASES', '{"fast":"a/b","best":["c/d","e/f"]}', { aliases: { fast: ['a/b'], best: ['c/d', 'e/f'] } }],
    ['OPENCODE_BRIDGE_MAX_BODY_BYTES', '1024', { maxBodyBytes: 1024 }],
    ['OPENCODE_BRIDGE_BINARY', '/opt/opencode', { binary: '/opt/opencode' }],
    ['OPENCODE_BRIDGE_PORT', '', { port: 4141 }],
    ['OPENCODE_BRIDGE_HOME', 'a variable of a script', { port: 4141 }],
    ['OPENCODE_BRIDGE_PLUGIN', 'a variable of our own processes', { port: 4141 }],
  ])('%s=%s', async (name, text, expected) => {
    expect((await load({ env: { [name]: text } })).config).toMatchObject(expected)
  })
})

describe('errors name the key, the value, the source and what is allowed', () => {
  test.each([
    [{ OPENCODE_BRIDGE_MAX_SIZE: 'abc' }, 'maxSize (from OPENCODE_BRIDGE_MAX_SIZE): "abc" is not a number; allowed: a whole number >= 1'],
    [{ OPENCODE_BRIDGE_MAX_SIZE: '0' }, 'maxSize (from OPENCODE_BRIDGE_MAX_SIZE): 0 is too small; allowed: a whole number >= 1'],
    [{ OPENCODE_BRIDGE_MAX_SIZE: '1.5' }, 'maxSize (from OPENCODE_BRIDGE_MAX_SIZE): 1.5 is not a whole number; allowed: a whole number >= 1'],
    [{ OPENCODE_BRIDGE_PORT: '70000' }, 'port (from OPENCODE_BRIDGE_PORT): 70000 is too large; allowed: a whole number from 0 to 65535'],
    [{ OPENCODE_BRIDGE_VERBOSE: 'yes' }, 'verbose (from OPENCODE_BRIDGE_VERBOSE): "yes" is neither true nor false; allowed: true or false'],
    [{ OPENCODE_BRIDGE_ENGINE: 'warp' }, 'engine (from OPENCODE_BRIDGE_ENGINE): "warp" is not allowed; allowed: one of auto, run, serve'],
    [{ OPENCODE_BRIDGE_MAX_LIFETIME: '3600000' }, 'allowed: a whole number of milliseconds from 1 to 3300000'],
    [{ OPENCODE_BRIDGE_ALIASES: '{fast}' }, 'aliases (from OPENCODE_BRIDGE_ALIASES): "{fast}" is not JSON'],
    [{ OPENCODE_BRIDGE_ALIASES: '{"fast":3}' }, 'aliases.fast (from OPENCODE_BRIDGE_ALIASES): 3 is not allowed'],
    [{ OPENCODE_BRIDGE_MAX_SZIE: '1' }, 'OPENCODE_BRIDGE_MAX_SZIE: is no variable of the bridge; did you mean OPENCODE_BRIDGE_MAX_SIZE?'],
    [{ OPENCODE_BRIDGE_API_KEYS: 'a-long-enough-key' }, 'did you mean OPENCODE_BRIDGE_API_KEY?'],
    [{ OPENCODE_BRIDGE_MIN_IDLE: '9' }, 'minIdle (from OPENCODE_BRIDGE_MIN_IDLE): 9 is more than maxSize, which is 4 (from default)'],
    [{ OPENCODE_BRIDGE_HOST: '0.0.0.0' }, 'set OPENCODE_BRIDGE_API_KEY or --api-key-file'],
    [{ OPENCODE_BRIDGE_HOST: '127.0.0.1.example.com' }, 'can be reached from other machines'],
    [{ OPENCODE_BRIDGE_CONFIG: 'missing.json' }, 'missing.json does not exist'],
  ])('%o', async (variables, message) => {
    expect(await failure({ env: variables })).toContain(message)
  })

  test('an unknown key in a file, with the nearest one', async () => {
    const file = write('project/opencode-bridge.config.json', '{"maxsize":3}')
    expect(await failure()).toBe(`maxsize (from ${file}): no such setting; allowed: did you mean maxSize?`)
  })

  test('a value of the wrong type in a file', async () => {
    const file = write('xdg/opencode-bridge/config.yaml', 'corsOrigins: http://a\n')
    expect(await failure()).toBe(`corsOrigins (from ${file}): "http://a" is not a list; allowed: a list of texts`)
  })

  test('a flag', async () => {
    expect(await failure({ flags: { minIdle: '-1' } })).toBe('minIdle (from --min-idle): -1 is too small; allowed: a whole number >= 0')
  })

  test('a named file that is missing', async () => {
    expect(await failure({ configFile: 'missing.json' })).toContain('config (from --config): ')
  })

  test('an empty file', async () => {
    write('project/opencode-bridge.config.yaml', '# nothing yet\n')
    expect(await failure()).toContain('holds no settings')
  })

  test('a broken file is not quoted, it may hold a key', async () => {
    for (const extension of ['json', 'json5', 'yaml', 'toml', 'ts']) {
      const file = write(`broken.${extension}`, '{"apiKeys": ["sesame-street" "x"\n')
      const message = await failure({ configFile: file })
      expect(message).toContain(file)
      expect(message).toContain('cannot be read')
      expect(message).not.toContain('sesame')
    }
  })

  test('a secret is never shown', async () => {
    expect(await failure({ env: { OPENCODE_BRIDGE_API_KEY: 'sesame' } })).toBe(
      'apiKeys.0 (from OPENCODE_BRIDGE_API_KEY): the value (not shown, it is secret) is too short; allowed: a text of at least 8 characters',
    )
  })
})

describe('apiKeyFile', () => {
  test('adds its keys, without comments and blank lines', async () => {
    const file = write('keys', '# ours\n\nfirst-key\r\n  second-key  \n')
    const { config, sources } = await load({ flags: { apiKeyFile: file, host: '0.0.0.0' }, env: { OPENCODE_BRIDGE_API_KEY: 'other-key' } })
    expect(config.apiKeys).toEqual(['other-key', 'first-key', 'second-key'])
    expect(sources.apiKeys).toBe(`OPENCODE_BRIDGE_API_KEY, ${file}`)
  })

  test('is relative to the file that names it, else to the working folder', async () => {
    write('xdg/opencode-bridge/config.json', '{"apiKeyFile":"keys"}')
    write('xdg/opencode-bridge/keys', 'from-the-user')
    write('project/keys', 'from-the-project')
    expect((await load()).config.apiKeys).toEqual(['from-the-user'])
    expect((await load({ flags: { apiKeyFile: 'keys' } })).config.apiKeys).toEqual(['from-the-project'])
  })

  test.each([
    ['missing', undefined, 'does not exist'],
    ['empty', '# nothing\n', 'holds no key'],
    ['short', 'long-enough\nsesame\n', 'has a key that is too short in line 2'],
  ])('%s', async (name, content, message) => {
    if (content !== undefined) write(`project/${name}`, content)
    const text = await failure({ flags: { apiKeyFile: name } })
    expect(text).toContain('apiKeyFile (from --api-key-file)')
    expect(text).toContain(message)
    expect(text).not.toContain('sesame')
  })

  test('a folder is no key file', async () => {
    expect(await failure({ flags: { apiKeyFile: folder } })).toContain('cannot be read (EISDIR)')
  })
})

describe('redact', () => {
  test('a pattern alone, and one with what stands for it', async () => {
    write('xdg/opencode-bridge/config.json', '{"redact":["a+",{"pattern":"(b)+","replacement":"$1"}]}')
    expect((await load()).config.redact).toEqual([
      { pattern: 'a+', replacement: '[redacted]' },
      { pattern: '(b)+', replacement: '$1' },
    ])
  })

  test.each([
    ['["(?=a)b"]', 'redact.0', "is not allowed: the pattern is not one of RE2's: invalid or unsupported Perl syntax: `(?=`"],
    ['[{"pattern":"a*"}]', 'redact.0', 'is found where there is nothing'],
    ['[{"pattern":"a","replacment":""}]', 'redact.0.replacment', 'did you mean replacement?'],
  ])('%s is refused', async (value, key, reason) => {
    write('xdg/opencode-bridge/config.json', `{"redact":${value}}`)
    const message = await failure()
    expect(message).toContain(key)
    expect(message).toContain(reason)
  })
})

test.each([
  [{ OPENCODE_BRIDGE_WEB_SEARCH: 'searxng' }, 'webSearchUrl'],
  [{ OPENCODE_BRIDGE_WEB_SEARCH: 'brave' }, 'webSearchKey'],
  [{ OPENCODE_BRIDGE_WEB_SEARCH: 'searxng', OPENCODE_BRIDGE_WEB_SEARCH_URL: 'nowhere' }, 'it is no address'],
  [{ OPENCODE_BRIDGE_WEB_SEARCH: 'bing' }, 'searxng'],
])('a search that cannot work is refused: %j', async (variables, reason) => {
  expect(await failure({ env: variables })).toContain(reason)
})

test('a search has its service and a key that nobody is shown', async () => {
  const { config } = await load({ env: { OPENCODE_BRIDGE_WEB_SEARCH: 'tavily', OPENCODE_BRIDGE_WEB_SEARCH_KEY: 'the-key' } })
  expect(config).toMatchObject({ webSearch: 'tavily', webSearchKey: 'the-key' })
})
