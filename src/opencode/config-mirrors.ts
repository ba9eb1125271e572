import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { mirrorConfig, mirrorFile, PRIVATE_FOLDER } from './mirror-config.ts'
import type { UserSetup } from './user-setup.ts'

/** A copy of the user's configuration, as it was at one moment. */
export interface ConfigMirror {
  /** What leads opencode to it: an XDG variable, and the config file where the user names one. */
  env: { XDG_CONFIG_HOME: string; OPENCODE_CONFIG?: string }
  /** A text of opencode's with the user's own files where it has those of the mirror. */
  withUserPaths(text: string): string
}

/** The configuration that processes start with, and what the user has changed since, which nobody has tried yet. */
export interface ConfigMirrors {
  /** The one of before stays in its place until another is adopted. */
  readonly current: ConfigMirror
  /** The latest. */
  newest(): ConfigMirror
  /** Copies what the user has now. */
  stage(): void
  /** Processes start with this one from now on; those that run see it, too, when they look again. */
  adopt(mirror: ConfigMirror): void
  /** Makes the current one anew, of what the user has now. */
  rebuild(): void
}

/** @param root a private folder that is there whenever a method is called; nothing is made in it before `rebuild` */
export function createConfigMirrors(root: string, setup: UserSetup): ConfigMirrors {
  const place = join(root, 'config')
  const current = describe(place, setup)
  let staged: { mirror: ConfigMirror; path: string }[] = []
  let count = 0

  const clear = (superseded: readonly { path: string }[]) => {
    for (const { path } of superseded) rmSync(path, { recursive: true, force: true })
  }
  return {
    current,
    newest: () => staged.at(-1)?.mirror ?? current,
    stage: () => {
      const path = `${place}-${++count}`
      fill(path, setup)
      staged.push({ path, mirror: describe(path, setup) })
    },
    adopt: (mirror) => {
      const index = staged.findIndex((one) => one.mirror === mirror)
      // It is the current one already.
      if (index < 0) return
      rmSync(place, { recursive: true, force: true })
      renameSync(staged[index]!.path, place)
      clear(staged.slice(0, index))
      staged = staged.slice(index + 1)
    },
    rebuild: () => {
      clear([{ path: place }, ...staged])
      staged = []
      fill(place, setup)
    },
  }
}

function fill(path: string, { configFolder, configFile }: UserSetup): void {
  const to = folderIn(path)
  mkdirSync(to, PRIVATE_FOLDER)
  mirrorConfig(configFolder, to)
  if (configFile) mirrorFile(configFile, fileIn(path))
}

function describe(path: string, { configFolder, configFile }: UserSetup): ConfigMirror {
  const own = [[folderIn(path), configFolder] as const, ...(configFile ? [[fileIn(path), configFile] as const] : [])]
  return {
    env: { XDG_CONFIG_HOME: path, ...(configFile ? { OPENCODE_CONFIG: fileIn(path) } : {}) },
    withUserPaths: (text) => own.reduce((told, [mirrored, original]) => told.replaceAll(mirrored, original), text),
  }
}

function folderIn(path: string): string {
  return join(path, 'opencode')
}

function fileIn(path: string): string {
  return join(path, 'chosen.json')
}
