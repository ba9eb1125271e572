import { lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { type ConfigMirror, createConfigMirrors } from './config-mirrors.ts'
import { PRIVATE_FILE, PRIVATE_FOLDER } from './mirror-config.ts'
import { makeOwnFolder, signOwnFolder, sweepOwnFolders } from './own-folder.ts'
import { assertNothingPlanted, privateParent, SEAL, sealFolder } from './private-place.ts'
import type { UserSetup } from './user-setup.ts'

/** What one process needs of them. */
export interface ProcessFolder {
  /** Without a project for opencode to find; each process starts here. */
  readonly cwd: string
  /** Holds the trimmed catalogue of models, once there is one. */
  readonly modelsFile: string
  /** The XDG variables and config file that lead opencode here. */
  readonly env: Readonly<Record<string, string>>
  /**
   * A folder for one process's temporary files, to be removed after its end: each unpacks a library of 5 MB there.
   * @throws BridgeError where opencode must not be started; see `assertNothingPlanted`
   */
  temporary(): string
  /** A text of opencode's with the user's own files where it has those of the mirror. */
  withUserPaths(text: string): string
}

/** The folders of our own that opencode processes live in, so that they leave nothing in the user's. */
export interface RuntimeFolder extends ProcessFolder {
  path: string
  /** Writes the trimmed catalogue of models; undefined removes it. */
  keepModels(catalogue: unknown): void
  /** Mirrors the user's configuration anew, to be tried. */
  stage(): void
  /** The same folders with the latest configuration, and what makes it the one that all processes start with. */
  newest(): ProcessFolder & { adopt(): void }
  /** Makes what is gone again. @returns whether something was: whatever tidies up old files may take these for some */
  mend(): boolean
  remove(): void
}

/**
 * Makes a private folder that mirrors the user's configuration. Also sweeps those of dead daemons.
 * @throws BridgeError where opencode must not be started; see `assertNothingPlanted`
 */
export function createRuntimeFolder(setup: UserSetup, env: NodeJS.ProcessEnv): RuntimeFolder {
  const parent = privateParent(env)
  assertNothingPlanted(parent)
  sweepOwnFolders(parent)
  const path = makeOwnFolder(parent)
  const folder = (...names: string[]) => {
    const made = join(path, ...names)
    mkdirSync(made, PRIVATE_FOLDER)
    return made
  }
  const cwd = join(path, 'cwd')
  const data = join(path, 'data', 'opencode')
  const state = join(path, 'state')
  const mirrors = createConfigMirrors(path, setup)
  const modelsFile = join(path, 'models.json')
  let catalogue: unknown

  const keepModels = (known: unknown) => {
    catalogue = known
    if (known === undefined) rmSync(modelsFile, { force: true })
    else writeWhole(modelsFile, JSON.stringify(known))
  }
  const build = () => {
    sealFolder(folder('cwd'))
    // A link, not a copy: a token that opencode refreshes must reach the user's own login.
    rmSync(join(folder('data', 'opencode'), 'auth.json'), { force: true })
    symlinkSync(setup.authFile, join(data, 'auth.json'))
    silenceLog(folder('data', 'opencode', 'log'))
    folder('state')
    mirrors.rebuild()
    keepModels(catalogue)
  }
  const mend = () => {
    const needed = [cwd, join(cwd, SEAL), join(data, 'auth.json'), state, mirrors.current.env.XDG_CONFIG_HOME, ...(catalogue === undefined ? [] : [modelsFile])]
    if (needed.every(isThere)) {
      signOwnFolder(path)
      return false
    }
    build()
    return true
  }
  const folderOf = ({ env, withUserPaths }: ConfigMirror): ProcessFolder => ({
    cwd,
    modelsFile,
    env: { ...env, XDG_DATA_HOME: join(path, 'data'), XDG_STATE_HOME: state },
    temporary: () => {
      assertNothingPlanted(parent)
      mend()
      return mkdtempSync(join(path, 'tmp-'))
    },
    withUserPaths: (text) => withUserPaths(text).replaceAll(join(data, 'auth.json'), setup.authFile),
  })
  build()
  return {
    ...folderOf(mirrors.current),
    path,
    keepModels,
    stage: mirrors.stage,
    newest: () => {
      const mirror = mirrors.newest()
      return { ...folderOf(mirror), adopt: () => mirrors.adopt(mirror) }
    },
    mend,
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Processes that start meanwhile read the one of before, or this one. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, PRIVATE_FILE)
  renameSync(`${file}.new`, file)
}

/** Also a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/**
 * opencode's own log has what providers say in their errors, which may be a prompt, and the titles of sessions; after a
 * SIGKILL it would stay. What we tell of errors comes over the pipes.
 */
function silenceLog(folder: string): void {
  // Windows wants a right of its own for links.
  if (process.platform === 'win32') return
  rmSync(join(folder, 'opencode.log'), { force: true })
  symlinkSync(devNull, join(folder, 'opencode.log'))
}
