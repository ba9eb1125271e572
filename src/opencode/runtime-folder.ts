import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { mirrorConfig, mirrorFile, PRIVATE_FILE, PRIVATE_FOLDER } from './mirror-config.ts'
import { makeOwnFolder, sweepOwnFolders } from './own-folder.ts'
import { assertNothingPlanted, privateParent, SEAL, sealFolder } from './private-place.ts'
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
  /** Writes the trimmed catalogue of models; undefined removes it. */
  keepModels(catalogue: unknown): void
  /**
   * A folder for one process's temporary files, to be removed after its end: each unpacks a library of 5 MB there.
   * @throws BridgeError where opencode must not be started; see `assertNothingPlanted`
   */
  temporary(): string
  /** A text of opencode's with the user's own files where it has those of the mirror. */
  withUserPaths(text: string): string
  /** Mirrors the user's configuration anew. */
  refresh(): void
  /** Makes what is gone again. @returns whether something was: whatever tidies up old files may take these for some */
  mend(): boolean
  remove(): void
}

/**
 * Makes a private folder that mirrors the user's configuration by links. Also sweeps those of dead daemons.
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
  const config = join(path, 'config')
  const configFile = join(path, 'opencode-config.json')
  const modelsFile = join(path, 'models.json')
  let catalogue: unknown

  const refresh = () => {
    rmSync(config, { recursive: true, force: true })
    rmSync(configFile, { force: true })
    mirrorConfig(setup.configFolder, folder('config', 'opencode'))
    if (setup.configFile) mirrorFile(setup.configFile, configFile)
  }
  const keepModels = (known: unknown) => {
    catalogue = known
    if (known === undefined) rmSync(modelsFile, { force: true })
    else writeFileSync(modelsFile, JSON.stringify(known), PRIVATE_FILE)
  }
  const build = () => {
    sealFolder(folder('cwd'))
    // A link, not a copy: a token that opencode refreshes must reach the user's own login.
    rmSync(join(folder('data', 'opencode'), 'auth.json'), { force: true })
    symlinkSync(setup.authFile, join(data, 'auth.json'))
    silenceLog(folder('data', 'opencode', 'log'))
    folder('state')
    refresh()
    keepModels(catalogue)
  }
  const mend = () => {
    const needed = [cwd, join(cwd, SEAL), join(data, 'auth.json'), state, join(config, 'opencode'), ...(catalogue === undefined ? [] : [modelsFile])]
    if (needed.every(isThere)) return false
    build()
    return true
  }
  build()
  return {
    path,
    cwd,
    modelsFile,
    env: {
      XDG_CONFIG_HOME: config,
      XDG_DATA_HOME: join(path, 'data'),
      XDG_STATE_HOME: state,
      ...(setup.configFile ? { OPENCODE_CONFIG: configFile } : {}),
    },
    keepModels,
    temporary: () => {
      assertNothingPlanted(parent)
      mend()
      return mkdtempSync(join(path, 'tmp-'))
    },
    withUserPaths: (text) => {
      const owned = [
        [join(config, 'opencode'), setup.configFolder],
        [join(data, 'auth.json'), setup.authFile],
        ...(setup.configFile ? [[configFile, setup.configFile]] : []),
      ] as const
      return owned.reduce((told, [mirror, original]) => told.replaceAll(mirror!, original!), text)
    },
    refresh,
    mend,
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
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
