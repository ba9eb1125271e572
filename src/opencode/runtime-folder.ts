import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { UserSetup } from './user-setup.ts'

/** The folders of our own that opencode processes live in, so that they leave nothing in the user's. */
export interface RuntimeFolder {
  path: string
  /** Empty, so that opencode finds no project; each process starts here. */
  cwd: string
  /** Holds the trimmed catalogue of models, once there is one. */
  modelsFile: string
  /** The XDG variables and config file that lead opencode here. */
  env: Record<string, string>
  /** A folder for one process's temporary files, to be removed after its end: each unpacks a library of 5 MB there. */
  temporary(): string
  /** Mirrors the user's configuration anew. */
  refresh(): void
  remove(): void
}

const PREFIX = 'opencode-bridge-'

/** Makes a private folder (0700) that mirrors the user's configuration by links. Also sweeps those of dead daemons. */
export function createRuntimeFolder(setup: UserSetup, env: NodeJS.ProcessEnv): RuntimeFolder {
  const parent = env.TMPDIR || tmpdir()
  sweep(parent)
  const path = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`))
  const folder = (...names: string[]) => {
    const made = join(path, ...names)
    mkdirSync(made, { recursive: true })
    return made
  }
  // A link, not a copy: a token that opencode refreshes must reach the user's own login.
  symlinkSync(setup.authFile, join(folder('data', 'opencode'), 'auth.json'))
  const configFile = join(path, 'opencode-config.json')
  const refresh = () => {
    rmSync(join(path, 'config'), { recursive: true, force: true })
    rmSync(configFile, { force: true })
    mirrorConfig(setup.configFolder, folder('config', 'opencode'))
    if (setup.configFile) mirrorFile(setup.configFile, configFile)
  }
  refresh()
  return {
    path,
    cwd: folder('cwd'),
    modelsFile: join(path, 'models.json'),
    env: {
      XDG_CONFIG_HOME: join(path, 'config'),
      XDG_DATA_HOME: join(path, 'data'),
      XDG_STATE_HOME: folder('state'),
      ...(setup.configFile ? { OPENCODE_CONFIG: configFile } : {}),
    },
    temporary: () => mkdtempSync(join(path, 'tmp-')),
    refresh,
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Removes the folders of daemons that were killed. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(PREFIX) && Number.parseInt(name.slice(PREFIX.length), 10)
    if (pid && !isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** npm's files stay out: opencode installs a package into every config folder, and shall do that in ours. */
const NPM_FILES = new Set(['node_modules', 'package.json', 'package-lock.json', 'bun.lock', 'bun.lockb', '.gitignore'])

function mirrorConfig(from: string, to: string): void {
  for (const name of listFolder(from)) {
    if (NPM_FILES.has(name)) continue
    if (/\.jsonc?$/.test(name)) mirrorFile(join(from, name), join(to, name))
    else symlinkSync(join(from, name), join(to, name))
  }
  // Without a config file opencode writes one.
  if (!listFolder(to).some((name) => /^(opencode|config)\.jsonc?$/.test(name))) writeFileSync(join(to, 'opencode.json'), '{"$schema":"https://opencode.ai/config.json"}')
  // And what it would install, for which every process would ask the npm registry first.
  writeInstalledStub(to)
}

/**
 * opencode adds `$schema` to a config file that lacks it. Such a file is copied, with its relative `{file:…}`
 * references made absolute; any other is linked.
 */
function mirrorFile(from: string, to: string): void {
  let text: string
  try {
    text = readFileSync(from, 'utf8')
  } catch {
    symlinkSync(from, to)
    return
  }
  if (text.includes('"$schema"')) symlinkSync(from, to)
  else writeFileSync(to, text.replace(/\{file:(?![/~])([^}]+)\}/g, (_match, path: string) => `{file:${resolve(dirname(from), path)}}`), { mode: 0o600 })
}

/** What opencode looks for before it installs its plugin package: the folder, and the lock file's entry. */
function writeInstalledStub(folder: string): void {
  const dependencies = { '@opencode-ai/plugin': '*' }
  mkdirSync(join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies } } }))
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
