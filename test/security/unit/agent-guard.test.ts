import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyPolicy } from '../../../src/plugin/agent-policy.ts'
import type { Permissions } from '../../../src/plugin/contract.ts'
import { guardFolder } from '../../../src/plugin/folder-guard.ts'
import { matchesGlob } from '../../../src/plugin/glob.ts'
import { isPrivateAddress, leadsInside } from '../../../src/plugin/private-address.ts'
import { guardRedirects } from '../../../src/plugin/redirect-guard.ts'

let folder: string
const ownFetch = globalThis.fetch
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ocb-guard-')))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  // The policy is for a process of agents.
  globalThis.fetch = ownFetch
})

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const verdict = (args: Record<string, unknown>, permissions: Permissions = {}): Promise<string> =>
  guardFolder(folder, args, permissions).then(
    () => 'goes',
    (error: Error) => error.message,
  )

describe('files with secrets', () => {
  test.each(['.env', '.env.local', '.env.production', 'prod.env', 'sub/.env', '.envrc', '.ENV', './x/../.env'])('%s is outside by default', async (path) => {
    write('x/y')
    for (const filePath of [path, join(folder, path)]) expect(await verdict({ filePath })).toContain('secrets')
    expect(await verdict({ patchText: `*** Begin Patch\n*** Update File: ${path}\n@@\n*** End Patch` })).toContain('secrets')
    expect(await verdict({ filePath: path }, { env_files: 'allow' })).toBe('goes')
  })

  test.each(['.env.example', '.env.sample', 'environment.ts', 'src/env.ts', 'x.environment', '.'])('%s is not', async (path) => {
    expect(await verdict({ filePath: path })).toBe('goes')
  })

  test('behind a link', async () => {
    write('.env', 'SECRET=1')
    symlinkSync('.env', join(folder, 'notes.txt'))
    expect(await verdict({ filePath: 'notes.txt' })).toContain('secrets')
  })

  test('a search leaves them out', async () => {
    for (const pattern of ['SECRET', '.']) {
      const args: Record<string, unknown> = { pattern }
      expect(await verdict(args)).toBe('goes')
      expect(args.include).toBe('!{*.[eE][nN][vV],.[eE][nN][vV].*,.[eE][nN][vV][rR][cC]}')
    }
    const allowed: Record<string, unknown> = { pattern: 'SECRET' }
    expect(await verdict(allowed, { env_files: 'allow' })).toBe('goes')
    expect(allowed).toEqual({ pattern: 'SECRET' })
  })

  test.each(['*', '.*', '*env*', '.env', '{a,.env}', '**/.e?v', '[.]env', '.e[n]v.*', '!x', 'sub/*', '*.local', '\\.env', '{{a,b},c}', '.ENV'])(
    'a search in files of the pattern %s is refused where it covers one',
    async (include) => {
      write('.env')
      write('sub/.env.local')
      expect(await verdict({ pattern: 'x', include })).toContain('secrets')
      expect(await verdict({ pattern: 'x', include }, { env_files: 'allow' })).toBe('goes')
    },
  )

  test.each(['*.ts', '*.{ts,tsx}', 'src/**/*.md', '*.txt', 'README*'])('a search in files of the pattern %s goes', async (include) => {
    write('.env')
    write('sub/.env.local')
    write('node_modules/x/.env')
    expect(await verdict({ pattern: 'x', include })).toBe('goes')
  })

  test('a search beside a file is one in its folder', async () => {
    write('sub/.env')
    write('sub/readme.txt')
    expect(await verdict({ pattern: 'x', include: '.e*', path: 'sub/readme.txt' })).toContain('secrets')
    expect(await verdict({ pattern: 'x', include: '.e*', path: 'sub' })).toContain('secrets')
  })

  test('opencode’s own rules say the same', () => {
    const config: Record<string, any> = {}
    applyPolicy(config, { permissions: { read: 'allow', edit: 'ask', env_files: 'deny' } })
    expect(config.permission.read).toMatchObject({ '*': 'allow', '*.env': 'deny', '*.env.*': 'deny', '*.env.example': 'allow' })
    expect(config.agent.build.permission).toEqual(config.permission)
    expect(Object.keys(config.permission)).not.toContain('env_files')
    applyPolicy(config, { permissions: { read: 'ask', env_files: 'allow' } })
    expect(config.permission.read).toBe('ask')
  })
})

describe('what git or opencode would run', () => {
  test.each([
    '.git/config',
    '.git/hooks/post-checkout',
    'sub/.git/config',
    '.git',
    '.opencode/plugin/x.ts',
    '.opencode',
    'opencode.json',
    'sub/opencode.jsonc',
    '.GIT/config',
  ])('%s is outside by default', async (filePath) => {
    expect(await verdict({ filePath })).toContain('would run')
    expect(await verdict({ filePath }, { project_settings: 'allow' })).toBe('goes')
  })

  test.each(['.gitignore', '.github/workflows/ci.yml', 'opencode.md', 'src/opencode/index.ts'])('%s is not', async (filePath) => {
    expect(await verdict({ filePath })).toBe('goes')
  })
})

test('a pattern of names takes no time that grows without bound', () => {
  expect(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(255))).toBe(false)
  expect(matchesGlob(`${'{a,b}'.repeat(30)}`, 'a')).toBe(true)
})

describe('addresses', () => {
  const inside = [
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
  ]
  const outside = [
    '1.1.1.1',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '64:ff9b::808:808',
    '2002:808:808::',
    '::ffff:8.8.8.8',
  ]
  test.each(inside)('%s is inside', (address) => expect(isPrivateAddress(address)).toBe(true))
  test.each(outside)('%s is outside', (address) => expect(isPrivateAddress(address)).toBe(false))

  test.each([
    'http://localhost:9200/',
    'http://LOCALHOST',
    'http://x.localhost',
    'http://localhost./',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://[::1]:80/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://user@127.0.0.1/',
    'http://①27.0.0.1/',
    'http://0/',
  ])('an agent does not fetch from %s', async (url) => {
    expect(await leadsInside(url)).toBe(true)
    expect(await verdict({ url })).toContain('one inside')
    expect(await verdict({ url }, { private_network: 'allow' })).toBe('goes')
  })

  test('an address outside, and a name that nobody knows, go', async () => {
    expect(await verdict({ url: 'https://1.1.1.1/' })).toBe('goes')
    expect(await verdict({ url: 'http://no-such-host.invalid/' })).toBe('goes')
  })
})

describe('redirects', () => {
  const redirect = (location: string, status = 302) => new Response(null, { status, headers: { location } })

  function web(pages: Record<string, Response>): { fetch: typeof fetch; seen: [string, Headers][] } {
    const seen: [string, Headers][] = []
    const inner = async (input: string | URL | Request, init?: RequestInit) => {
      const url = input instanceof Request ? input.url : String(input)
      seen.push([url, new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}))])
      return pages[url] ?? new Response('the end')
    }
    return { fetch: guardRedirects(inner as typeof fetch), seen }
  }

  test.each([301, 302, 303, 307, 308])('from outside to inside are not followed: %i', async (status) => {
    const { fetch, seen } = web({ 'http://1.1.1.1/': redirect('http://127.0.0.1:9200/', status) })
    await expect(fetch('http://1.1.1.1/')).rejects.toThrow('inside')
    await expect(fetch(new Request('http://1.1.1.1/'))).rejects.toThrow('inside')
    await expect(fetch(new URL('http://1.1.1.1/'), { method: 'GET' })).rejects.toThrow('inside')
    expect(seen.every(([url]) => url === 'http://1.1.1.1/')).toBe(true)
  })

  test('nor over several steps', async () => {
    const { fetch } = web({ 'http://1.1.1.1/': redirect('http://8.8.8.8/a'), 'http://8.8.8.8/a': redirect('//[::1]/') })
    await expect(fetch('http://1.1.1.1/')).rejects.toThrow('inside')
  })

  test('others are, without the login for another site', async () => {
    const { fetch, seen } = web({ 'http://1.1.1.1/': redirect('/b'), 'http://1.1.1.1/b': redirect('http://8.8.8.8/') })
    const response = await fetch('http://1.1.1.1/', { headers: { authorization: 'Bearer x', accept: 'text/html' } })
    expect(await response.text()).toBe('the end')
    expect(seen.map(([url, headers]) => [url, headers.get('authorization'), headers.get('accept')])).toEqual([
      ['http://1.1.1.1/', 'Bearer x', 'text/html'],
      ['http://1.1.1.1/b', 'Bearer x', 'text/html'],
      ['http://8.8.8.8/', null, 'text/html'],
    ])
  })

  test('a provider on this machine may send on; who never ends does not', async () => {
    const { fetch } = web({ 'http://127.0.0.1:1/': redirect('http://127.0.0.1:2/'), 'http://1.1.1.1/': redirect('http://1.1.1.1/') })
    expect(await (await fetch('http://127.0.0.1:1/')).text()).toBe('the end')
    await expect(fetch('http://1.1.1.1/')).rejects.toThrow('too many')
  })

  test('it is put on once', () => {
    const once = guardRedirects(fetch)
    expect(guardRedirects(once)).toBe(once)
  })
})
