import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { dataHome, type Environment } from '../../system/user-folders.ts'
import { isRunnersFolder } from '../command-line/called-as.ts'

/** Where installations are that `service install` makes. */
export function programFolder(env: Environment): string {
  return join(dataHome(env), 'opencode-bridge', 'program')
}

/** Where our script would be in an installation that stays; see `makeLasting`. */
export function lastingScript(script: string, env: Environment, version: string): string {
  const path = realpathSync(script)
  return isRunnersFolder(path) ? join(programFolder(env), version, relative(rootOf(path), path)) : path
}

/**
 * Makes that installation, where ours is in a cache of `npx` or the like, which is emptied now and then: by a copy, so that
 * it is the one that was tried here, and needs no registry.
 */
export function makeLasting(script: string, env: Environment, version: string): void {
  const path = realpathSync(script)
  if (!isRunnersFolder(path) || existsSync(lastingScript(script, env, version))) return
  const folder = programFolder(env)
  const target = join(folder, version)
  const temporary = `${target}.${process.pid}.tmp`
  mkdirSync(folder, { recursive: true })
  rmSync(target, { recursive: true, force: true })
  try {
    cpSync(rootOf(path), temporary, { recursive: true, verbatimSymlinks: true })
    renameSync(temporary, target)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** The folder that a runner made for a package and all that it needs: what holds the outermost `node_modules` in its cache. */
function rootOf(path: string): string {
  let root = path
  for (let folder = dirname(path); isRunnersFolder(join(folder, '_')); folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) root = folder
  }
  return root
}
