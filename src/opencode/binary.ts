import { accessSync, constants, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { execa } from 'execa'
import { BridgeError } from '../core/errors.ts'
import { makeOwnFolder } from './own-folder.ts'
import { privateParent, sealFolder } from './private-place.ts'

export interface OpencodeBinary {
  path: string
  /** Where it was found, for people. */
  source: 'config' | 'OPENCODE_BIN' | 'bundled' | 'PATH'
  version: string
}

const EXECUTABLE = process.platform === 'win32' ? 'opencode.exe' : 'opencode'
/** Generous: a cold disk reads 180 MB first. */
const VERSION_TIMEOUT = 20_000

/**
 * Finds the opencode executable and its version. The bundled one is the platform package's own binary, because
 * `opencode-ai/bin` is a stub where npm's install scripts are switched off; its package says the version, which any other
 * is asked for: that takes a second.
 *
 * Throws `opencode_not_found` when there is none, `opencode_unusable` when the one found does not run.
 */
export async function locateOpencode(options: { configured?: string | undefined; env: NodeJS.ProcessEnv }): Promise<OpencodeBinary> {
  const found = find(options.configured, options.env)
  if (!found) {
    throw new BridgeError('No opencode executable was found. Install it with `npm install -g opencode-ai`, or set OPENCODE_BIN.', {
      code: 'opencode_not_found',
      status: 503,
    })
  }
  return { ...found, version: found.version ?? (await readVersion(found.path, found.source, options.env)) }
}

type Found = Omit<OpencodeBinary, 'version'> & { version?: string }

function find(configured: string | undefined, env: NodeJS.ProcessEnv): Found | undefined {
  if (configured) return { path: resolve(configured), source: 'config' }
  if (env.OPENCODE_BIN) return { path: resolve(env.OPENCODE_BIN), source: 'OPENCODE_BIN' }
  const bundled = findBundled()
  if (bundled) return { ...bundled, source: 'bundled' }
  // A relative folder, an empty one among them, is one of the folder that a command happens to run in.
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, EXECUTABLE))
    .find(isExecutable)
  return onPath ? { path: onPath, source: 'PATH' } : undefined
}

function findBundled(): { path: string; version: string } | undefined {
  const require = createRequire(import.meta.url)
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const base = `opencode-${platform}-${process.arch}`
  // npm installs only those that fit this system; the plain one is preferred where several do.
  for (const name of [base, `${base}-baseline`, `${base}-musl`, `${base}-baseline-musl`]) {
    try {
      const manifest = require.resolve(`${name}/package.json`)
      const path = join(dirname(manifest), 'bin', EXECUTABLE)
      if (isExecutable(path)) return { path, version: (require(manifest) as { version: string }).version }
    } catch {
      // Not installed.
    }
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

async function readVersion(path: string, source: string, env: NodeJS.ProcessEnv): Promise<string> {
  const result = await runAside(path, ['--version'], env)
  const version = /\d+\.\d+\.\d+\S*/.exec(result.stdout ?? '')?.[0]
  if (version && result.exitCode === 0) return version
  throw new BridgeError(
    `The opencode executable ${path} (from ${source}) does not run: ${describe(result)} Reinstall it, or point OPENCODE_BIN at another one.`,
    { code: result.code === 'ENOENT' ? 'opencode_not_found' : 'opencode_unusable', status: 503 },
  )
}

/**
 * Runs it with folders of its own, because opencode makes the user's where they are missing, even to tell its version;
 * and in one of them, not where the command was given, which may be a stranger's repository.
 */
async function runAside(path: string, args: string[], env: NodeJS.ProcessEnv) {
  const folder = makeOwnFolder(privateParent(env))
  sealFolder(folder)
  const folders = { PWD: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: folder }
  try {
    return await execa(path, args, { cwd: folder, env: { ...env, ...folders }, extendEnv: false, reject: false, timeout: VERSION_TIMEOUT, stdin: 'ignore' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function describe(result: { code?: string; timedOut: boolean; exitCode?: number; signal?: string; stderr?: string }): string {
  if (result.code === 'ENOENT') return 'there is no such file.'
  if (result.code === 'EACCES') return 'it is not executable.'
  if (result.timedOut) return `it did not answer --version within ${VERSION_TIMEOUT / 1000} s.`
  const text = (result.stderr ?? '').trim().slice(0, 200)
  return `--version ended with ${result.signal ?? `exit code ${result.exitCode}`}${text ? ` (${text})` : ' and no version'}.`
}
