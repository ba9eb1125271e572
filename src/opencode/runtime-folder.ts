import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { assertNothingPlanted, privateParent, sealFolder } from './private-place.ts'
import type { UserSetup } from './user-setup.ts'

/** The folders of our own that opencode processes live in, so that they leave nothing in the user's. */
export interface RuntimeFolder {
  path: string
  /** Without a project for opencode to find; each process starts here. */
  cwd: string
  /** Holds the trimmed catalogue of models, once there is one. */
  modelsFile: string
  /** The XDG variables and config file that lead opencode here. */
  env: Record<string, string>
  /**
   * A folder for one process's temporary files, to be removed after its end: each unpacks a library of 5 MB there.
   * @throws BridgeError where opencode must not be started; see `assertNothingPlanted`
   */
  temporary(): string
  /** Mirrors the user's configuration anew. */
  refresh(): void
  remove(): void
}

const PREFIX = 'opencode-bridge-'

/** Only this user's, whatever his umask. */
const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const
const PRIVATE_FILE = { mode: 0o600 } as const

/**
 * Makes a private folder that mirrors the user's configuration by links. Also sweeps those of dead daemons.
 * @throws BridgeError where opencode must not be started; see `assertNothingPlanted`
 */
export function createRuntimeFolder(setup: UserSetup, env: NodeJS.ProcessEnv): RuntimeFolder {
  const parent = privateParent(env)
  assertNothingPlanted(parent)
  sweep(parent)
  const path = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`))
  const folder = (...names: string[]) => {
    const made = join(path, ...names)
    mkdirSync(made, PRIVATE_FOLDER)
    return made
  }
  const cwd = folder('cwd')
  sealFolder(cwd)
  // A link, not a copy: a token that opencode refreshes must reach the user's own login.
  symlinkSync(setup.authFile, join(folder('data', 'opencode'), 'auth.json'))
  silenceLog(folder('data', 'opencode', 'log'))
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
    cwd,
    modelsFile: join(path, 'models.json'),
    env: {
      XDG_CONFIG_HOME: join(path, 'config'),
      XDG_DATA_HOME: join(path, 'data'),
      XDG_STATE_HOME: folder('state'),
      ...(setup.configFile ? { OPENCODE_CONFIG: configFile } : {}),
    },
    temporary: () => {
      assertNothingPlanted(parent)
      return mkdtempSync(join(path, 'tmp-'))
    },
    refresh,
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/**
 * opencode's own log has what providers say in their errors, which may be a prompt, and the titles of sessions; after a
 * SIGKILL it would stay. What we tell of errors comes over the pipes.
 */
function silenceLog(folder: string): void {
  // Windows wants a right of its own for links.
  if (process.platform !== 'win32') symlinkSync(devNull, join(folder, 'opencode.log'))
}

/** Removes this user's folders of daemons that were killed. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(PREFIX) && Number.parseInt(name.slice(PREFIX.length), 10)
    if (pid && !isAlive(pid) && isOurs(join(parent, name))) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function isOurs(path: string): boolean {
  return process.getuid === undefined || lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid()
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
  if (!listFolder(to).some((name) => /^(opencode|config)\.jsonc?$/.test(name))) writeFileSync(join(to, 'opencode.json'), '{"$schema":"https://opencode.ai/config.json"}', PRIVATE_FILE)
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
  else writeFileSync(to, text.replace(/\{file:(?![/~])([^}]+)\}/g, (_match, path: string) => `{file:${resolve(dirname(from), path)}}`), PRIVATE_FILE)
}

/** What opencode looks for before it installs its plugin package: the folder, and the lock file's entry. */
function writeInstalledStub(folder: string): void {
  const dependencies = { '@opencode-ai/plugin': '*' }
  mkdirSync(join(folder, 'node_modules'), PRIVATE_FOLDER)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }), PRIVATE_FILE)
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies } } }), PRIVATE_FILE)
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
