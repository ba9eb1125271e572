import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ConfigKey, fieldOf } from '../../../src/config/fields.ts'
import { loadConfig, type LoadedConfig } from '../../../src/config/load.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { CODE, DATA, PLACES, setTrap, spring, type Trap } from '../hostile-folder.ts'

let home: string
let cwd: string
let trap: Trap

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ocb-project-'))
  cwd = join(home, 'repository')
  mkdirSync(cwd)
  trap = setTrap()
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
  spring(trap)
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), text)
}

const load = (project: boolean, env: NodeJS.ProcessEnv = {}): Promise<LoadedConfig> => loadConfig({ cwd, env: { HOME: home, ...env }, project })

describe.each([true, false])('where a file of the project counts: %s', (project) => {
  test.each(PLACES.flatMap((place) => Object.entries(CODE).map(([extension, kind]) => [`${place}.${extension}`, kind] as const)))(
    '%s does not run',
    async (path, kind) => {
      write(path, trap.code(path)[kind])
      const { config } = await load(project)
      expect({ config, ran: readdirSync(trap.folder) }).toEqual({ config: configSchema.parse({}), ran: [] })
    },
  )

  test.each(PLACES.flatMap((place) => DATA.map((extension) => `${place}.${extension}`)))('%s opens nothing', async (path) => {
    write(path, path.endsWith('.toml') ? 'port = 1\nbinary = "./evil"\n' : '{"port":1,"binary":"./evil"}')
    expect((await load(project)).config).toEqual(configSchema.parse({}))
  })

  test.each(['.env', '.opencode-bridgerc', '.opencode-bridge.configrc'])('%s is not read', async (path) => {
    write(path, 'OPENCODE_BRIDGE_PORT=1\nport=1\n')
    expect((await load(project)).config).toEqual(configSchema.parse({}))
  })

  test('relative XDG folders, which would be the project’s', async () => {
    write('xdg/opencode-bridge/config.js', trap.code('xdg').esm)
    write('.config/opencode-bridge/config.js', trap.code('home').esm)
    expect((await load(project, { XDG_CONFIG_HOME: 'xdg' })).config).toEqual(configSchema.parse({}))
    expect((await load(project, { XDG_CONFIG_HOME: '.config', HOME: home })).config).toEqual(configSchema.parse({}))
    expect(readdirSync(trap.folder)).toEqual([])
  })

  test('a folder called config is nothing to anybody', async () => {
    write('config/default.json', '{}')
    expect((await load(project)).config).toEqual(configSchema.parse({}))
  })
})

describe('what a file of the project says', () => {
  test('counts for models and times, and is ignored for everything that opens something', async () => {
    write(
      'opencode-bridge.config.json',
      JSON.stringify({
        aliases: { fast: 'a/b' },
        tokenTimeout: 5,
        host: '0.0.0.0',
        port: 1,
        binary: './evil',
        agent: 'build',
        apiKeyFile: 'keys',
        apiKeys: ['x'],
        corsOrigins: '*',
      }),
    )
    const { config, ignored } = await load(true)
    expect(config).toEqual(configSchema.parse({ aliases: { fast: 'a/b' }, tokenTimeout: 5 }))
    // Not even looked at: a key that is too short and a list that is none are no errors.
    expect(ignored).toHaveLength(1)
    expect(ignored[0]).toContain('host, port, binary, agent, apiKeyFile, apiKeys, corsOrigins are ignored')
  })

  test('is ignored for all that opens, runs or costs something', () => {
    const open: ConfigKey[] = [
      'host',
      'port',
      'apiKeys',
      'apiKeyFile',
      'serverPassword',
      'jwtSecret',
      'jwksUrl',
      'jwtWithoutExpiry',
      'corsOrigins',
      'binary',
      'agent',
      'agentDirectory',
      'agentPermissions',
      'allowRemoteFiles',
      'userSessions',
      'mode',
      'minIdle',
      'maxSize',
      'workers',
      'maxRetries',
      'maxBodyBytes',
    ]
    expect(open.filter((key) => fieldOf(key).project)).toEqual([])
  })

  test('is told once, also by commands that it does not count for', async () => {
    write('opencode-bridge.config.yaml', 'port: 1\n')
    write('opencode-bridge.config.ts', trap.code('ts').esm)
    expect((await load(false)).ignored).toEqual([
      'opencode-bridge.config.yaml is not read: it counts for `start` alone',
      'opencode-bridge.config.ts is not read: code of a project is never run; name it with --config if it is yours',
    ])
  })

  test('does not lead anywhere: extends is no setting', async () => {
    write('opencode-bridge.config.json', '{"extends":"./other"}')
    await expect(load(true)).rejects.toThrow('no such setting')
  })
})

describe('a file that is no file of settings is refused, and does not hold up', () => {
  test('a pipe', async () => {
    execFileSync('mkfifo', [join(cwd, 'opencode-bridge.config.json')])
    await expect(load(true)).rejects.toThrow('no file of at most 1 MiB')
  })

  test('a device without end', async () => {
    symlinkSync('/dev/zero', join(cwd, 'opencode-bridge.config.json'))
    await expect(load(true)).rejects.toThrow('no file of at most 1 MiB')
  })

  test('references that grow without end', async () => {
    const lists = Array.from(
      { length: 30 },
      (_, index) => `  n${index}: &n${index} [${Array.from({ length: 10 }, () => (index === 0 ? 'x' : `*n${index - 1}`)).join(', ')}]`,
    )
    write('opencode-bridge.config.yaml', `aliases:\n${lists.join('\n')}\n`)
    await expect(load(true)).rejects.toThrow('cannot be read')
  })

  test('a hundred thousand levels', async () => {
    write('opencode-bridge.config.json', `{"aliases":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    await expect(load(true)).rejects.toThrow(/aliases|cannot be read/)
  })
})
